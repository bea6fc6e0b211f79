#pragma once

#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/charts/chartpanel.h"
#include "views/charts/chartview.h"
#include "views/charts/metricspane.h"
#include "views/list/datatable.h"
#include "views/style/theme.h"

#include <QLabel>
#include <QtTest>

namespace portolan::test {

/// Samples of two sensors, a minute apart for ten hours, and of a component's metric.
inline constexpr char samples[] =
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 599) "
    "INSERT INTO metrics (sensor_id, event_id, timestamp, value) SELECT 'oven', 'oven:' || i, "
    "strftime('%Y-%m-%dT%H:%M:%fZ', '2026-03-01T00:00:00', '+' || i || ' minutes'), i % 100 FROM n "
    "UNION ALL SELECT 'fan', 'fan:' || i, strftime('%Y-%m-%dT%H:%M:%fZ', '2026-03-01T00:00:00', '+' || i || ' "
    "minutes'), "
    "1000 + i FROM n WHERE i < 60;"
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9) "
    "INSERT INTO component_metrics (component_name, metric_name, metric_value, metric_unit, timestamp) "
    "SELECT 'sink', 'lag', i, 'ms', strftime('%Y-%m-%dT%H:%M:%fZ', '2026-03-01T00:00:00', '+' || i || ' minutes') FROM "
    "n;";

/// A store of SQLite and the pane over it.
struct Bench {
    explicit Bench(const QByteArray& sql)
        : url(*StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("a.db"))))
        , channel([this](const CancelToken& token) { return openStore(url, Access::Read, token); }) {
        if (const auto made = openStore(url, Access::Write); !made)
            qFatal("%s", qPrintable(made.error().text));
        run(sql);
        pane.setPalette(paletteOf(lightTokens()));
        pane.resize(1100, 700);
        pane.show();
        pane.setContext({.channel = &channel});
    }
    ~Bench() { pane.setContext({}); }

    void run(const QByteArray& sql) const {
        if (const QString failed = SqliteScript(url.path).run(sql); !failed.isEmpty())
            qFatal("%s", qPrintable(failed));
    }
    template <class Widget>
    [[nodiscard]] Widget* named(const QString& name) const {
        const auto all = pane.findChildren<Widget*>();
        const auto found =
            std::ranges::find_if(all, [&](auto* each) { return each->accessibleName() == name && each->isVisible(); });
        return found == all.end() ? nullptr : *found;
    }
    [[nodiscard]] DataTable* series() const { return named<DataTable>(QStringLiteral("Series")); }
    [[nodiscard]] ChartView* chart() const { return named<ChartView>(QStringLiteral("Chart")); }
    [[nodiscard]] QString described() const { return chart() ? chart()->accessibleDescription() : QString(); }
    [[nodiscard]] int rowOf(const QString& text) const {
        const QAbstractItemModel& model = *series()->model();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, 0).data().toString() == text)
                return row;
        }
        qFatal("there is no series %s", qPrintable(text));
    }
    [[nodiscard]] QPoint placeOf(const QString& text) const {
        return series()->visualRect(series()->model()->index(rowOf(text), 0)).center();
    }
    void choose(const QString& text, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mouseClick(series()->viewport(), Qt::LeftButton, modifiers, placeOf(text));
    }
    /// Drags need a real display (tests/acceptance/metrics_window.py): here the panel says that it was let go there.
    void dragToChart(const QString& text) const {
        QTest::mousePress(series()->viewport(), Qt::LeftButton, {}, placeOf(text));
        QTest::mouseMove(series()->viewport(), placeOf(text) + QPoint(30, 5));
        Q_EMIT pane.findChild<ChartPanel*>()->dropped();
    }
    [[nodiscard]] QPoint place(double share) const {
        const QRectF area = chart()->chart()->plotArea();
        return {static_cast<int>(area.left() + share * area.width()), static_cast<int>(area.center().y())};
    }
    void drag(double from, double to, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mousePress(chart()->viewport(), Qt::LeftButton, modifiers, place(from));
        QTest::mouseMove(chart()->viewport(), place(to));
        QTest::mouseRelease(chart()->viewport(), Qt::LeftButton, modifiers, place(to));
    }
    [[nodiscard]] bool shows(const QString& text) const {
        const auto labels = pane.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text() == text; });
    }

    TempFolder folder;
    StoreUrl url;
    StoreWorker channel;
    MetricsPane pane;
};

inline const QString oven = QStringLiteral("sensor/oven");
inline const QString wholeOven = QStringLiteral("series=sensor/oven points=600 min=0 max=99 last=99");

} // namespace portolan::test
