#pragma once

#include "models/deadletters/replaycontroller.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/deadletters/deadletterspane.h"
#include "views/deadletters/replaydialog.h"
#include "views/list/datatable.h"

#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>
#include <memory>

namespace portolan::test {

inline constexpr int timeouts = 1500;
inline constexpr int refusals = 700;

inline StoreUrl urlOf(const QString& path) {
    StoreUrl url;
    url.kind = StoreKind::Sqlite;
    url.path = path;
    return url;
}

/// Letters of one cause: their ids say `first` to `last`, the newest last.
inline QByteArray letters(int first, int last, const QByteArray& port, const QByteArray& error) {
    const QByteArray n =
        QByteArray::number(first) + " AS n UNION ALL SELECT n + 1 FROM s WHERE n < " + QByteArray::number(last);
    return "WITH RECURSIVE s AS (SELECT " + n
           + ") INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, "
             "retry_count, created_at, processed_at, error_message, error_details) SELECT "
             "printf('00000000-0000-4000-8000-%012d', n), '"
           + port + "', 'a', 'b', '{\"n\":' || n || '}', 'dead_letter', 3, "
           + "strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + n, 'unixepoch'), NULL, " + error
           + ", '{\"type\":\"E\"}' FROM s";
}

/// A real database, the pane over it and what puts its dead letters back.
class DeadLettersBench {
public:
    explicit DeadLettersBench(bool filled = true) : m_url(urlOf(m_folder.path(QStringLiteral("orders.db")))) {
        const auto made = openStore(m_url, Access::Write);
        if (!made)
            qFatal("%s", qPrintable(made.error().text));
        m_script = std::make_unique<SqliteScript>(m_url.path);
        if (filled) {
            run(letters(1, timeouts, "orders", "'timeout after ' || (n * 7) || ' ms'"));
            run(letters(timeouts + 1, timeouts + refusals, "billing", "'connection refused by 10.0.0.' || (n % 200)"));
        }
        open();
    }
    ~DeadLettersBench() { close(); }

    void open() {
        m_channel = std::make_unique<StoreWorker>(
            [url = m_url](const CancelToken& token) { return openStore(url, Access::Read, token); });
        m_desk = std::make_unique<ReplayController>(
            [url = m_url](const CancelToken& token) { return openStore(url, Access::Read, token); },
            [url = m_url](const CancelToken& token) { return openStore(url, Access::Write, token); }, "tester");
        m_pane = std::make_unique<DeadLettersPane>();
        QObject::connect(m_desk.get(), &ReplayController::jobsChanged, m_pane.get(), &Pane::refresh);
        m_pane->resize(1100, 800);
        m_pane->show();
        m_pane->setContext({.channel = m_channel.get(), .replays = m_desk.get()});
    }
    StoreWorker& channel() { return *m_channel; }
    /// As a window that is closed.
    void close() {
        m_pane->setContext({});
        m_pane.reset();
        m_desk.reset();
        m_channel.reset();
    }

    void run(const QByteArray& sql) {
        if (const QString error = m_script->run(sql); !error.isEmpty())
            qFatal("%s", qPrintable(error));
    }
    QString value(const QByteArray& sql) { return m_script->value(sql); }
    int count(const QByteArray& condition) {
        return value("SELECT count(*) FROM port_messages WHERE " + condition).toInt();
    }
    /// Every port message, byte for byte.
    QString dump() {
        return value(
            "SELECT group_concat(id || hex(message_data) || status || retry_count || created_at || "
            "hex(error_message) || hex(error_details), char(10)) FROM (SELECT * FROM port_messages ORDER BY id)");
    }
    /// The file and its log.
    QByteArray bytes() const {
        QByteArray all;
        for (const char* suffix : {"", "-wal"}) {
            QFile file(m_url.path + QLatin1String(suffix));
            if (file.open(QIODevice::ReadOnly))
                all += file.readAll() + '|';
        }
        return all;
    }
    QString run() { return value("SELECT id FROM portolan_replay_runs ORDER BY created_at DESC LIMIT 1"); }
    QString stateOfRun() { return value("SELECT state FROM portolan_replay_runs ORDER BY created_at DESC LIMIT 1"); }

    DataTable* table(const char* name) const {
        const auto tables = m_pane->findChildren<DataTable*>();
        const auto found =
            std::ranges::find_if(tables, [&](auto* t) { return t->accessibleName() == QString::fromUtf8(name); });
        return found == tables.end() ? nullptr : *found;
    }
    DataTable* groups() const { return table("Dead letter groups"); }
    DataTable* deadLetters() const { return table("Dead letters"); }
    DataTable* runs() const { return table("Replay runs"); }
    QString cell(const char* name, int row, const char* column) const {
        const DataTable* t = table(name);
        const auto& columns = t->paged()->listing().columns();
        const auto found = std::ranges::find_if(columns, [&](const auto& c) { return c.name == column; });
        return t->model()->index(row, static_cast<int>(found - columns.begin())).data().toString();
    }
    template <class Widget>
    Widget* find(const char* name, const QWidget* within = nullptr) const {
        const auto all = (within ? within : m_pane.get())->findChildren<Widget*>();
        const auto found =
            std::ranges::find_if(all, [&](auto* w) { return w->accessibleName() == QString::fromUtf8(name); });
        return found == all.end() ? nullptr : *found;
    }
    ReplayDialog* dialog() const {
        const auto all = m_pane->findChildren<ReplayDialog*>();
        return all.isEmpty() ? nullptr : all.last();
    }
    /// Opens the dialog, says why, and waits until its button says how many it would put back.
    QPushButton* openDialog(const char* opener = "Replay…") const {
        find<QPushButton>(opener)->click();
        if (!QTest::qWaitFor([this] { return dialog() && dialog()->isVisible(); }, 10'000))
            return nullptr;
        find<QLineEdit>("Reason", dialog())->setText(QStringLiteral("a test"));
        auto* button = find<QPushButton>("Replay", dialog());
        return QTest::qWaitFor([button] { return button->isEnabled(); }, 30'000) ? button : nullptr;
    }

    ReplayController& desk() const { return *m_desk; }
    DeadLettersPane& pane() const { return *m_pane; }
    const StoreUrl& url() const { return m_url; }
    TempFolder& folder() { return m_folder; }

private:
    TempFolder m_folder;
    StoreUrl m_url;
    std::unique_ptr<SqliteScript> m_script;
    std::unique_ptr<StoreWorker> m_channel;
    std::unique_ptr<ReplayController> m_desk;
    std::unique_ptr<DeadLettersPane> m_pane;
};

} // namespace portolan::test
