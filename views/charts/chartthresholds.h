#pragma once

#include "storage/series/series.h"

#include <QObject>
#include <map>
#include <vector>

class QWidget;

namespace portolan {

/// Values at which charts show a line across a series, in its unit; by series.
using Thresholds = std::map<SeriesName, std::vector<double>>;

/// A store's thresholds, and how the operator sets them. GUI thread.
class ChartThresholds final : public QObject {
    Q_OBJECT
public:
    /// Asks above `window`, which owns it.
    explicit ChartThresholds(QWidget* window);

    [[nodiscard]] const Thresholds& all() const { return m_all; }
    /// Asks for those of one series; of several, for which one first, in a menu below `button`.
    void ask(const std::vector<SeriesName>& series, QWidget* button);

    [[nodiscard]] QByteArray save() const;
    void restore(const QByteArray& saved);

Q_SIGNALS:
    void changed();
    void notice(const QString& text);

private:
    void askFor(const SeriesName& name);
    void set(const SeriesName& name, const QString& text);

    QWidget* m_window;
    Thresholds m_all;
};

} // namespace portolan
