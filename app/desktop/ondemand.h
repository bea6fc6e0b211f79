#pragma once

#include <functional>
#include <utility>

namespace portolan {

/// A widget that most windows never show: made when it is first asked for, and then its parent's. GUI thread.
template <class Widget>
class OnDemand {
public:
    /// `make` gives it a parent, which this object does not outlive.
    explicit OnDemand(std::function<Widget*()> make) : m_make(std::move(make)) {}

    Widget* operator->() {
        if (!m_widget)
            m_widget = m_make();
        return m_widget;
    }
    [[nodiscard]] Widget* made() const { return m_widget; } ///< null: nobody asked for it yet

private:
    std::function<Widget*()> m_make;
    Widget* m_widget = nullptr;
};

} // namespace portolan
