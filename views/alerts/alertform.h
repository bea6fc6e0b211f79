#pragma once

#include "storage/operations/alerts.h"

#include <QWidget>
#include <optional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace portolan {

/// The fields of one rule, with what is wrong with it while it is typed. GUI thread.
class AlertForm final : public QWidget {
    Q_OBJECT
public:
    explicit AlertForm(QWidget* parent = nullptr);

    /// Nothing: one that is new, of rejected messages at first.
    void show(const std::optional<AlertRule>& rule);
    [[nodiscard]] const std::optional<AlertRule>& shown() const { return m_shown; }
    [[nodiscard]] AlertRule rule() const; ///< as it stands in the fields
    /// Another rule than was shown, and one that can be looked at.
    [[nodiscard]] bool canBeSaved() const { return m_isValid && isChanged(); }
    [[nodiscard]] bool isChanged() const { return !m_shown || rule() != *m_shown; }
    void focusName();

Q_SIGNALS:
    void edited();

private:
    void takeListing();
    void look();

    std::optional<AlertRule> m_shown;
    QLineEdit* m_name;
    QCheckBox* m_enabled;
    QComboBox* m_listing;
    QLineEdit* m_filter;
    QDoubleSpinBox* m_threshold;
    QSpinBox* m_window;
    QLabel* m_mistake;
    bool m_isValid = false;
    bool m_isFilling = false;
};

} // namespace portolan
