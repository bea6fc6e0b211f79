#pragma once

#include "models/operations/operationscontroller.h"
#include "models/window/storecontroller.h"
#include "storage/stores/openstore.h"
#include "storage/storeworker.h"
#include "tests/support/need.h"
#include "tests/support/postgresscript.h"
#include "tests/support/sqlitescript.h"
#include "tests/support/tempfolder.h"
#include "views/list/listframe.h"
#include "views/operations/operationspane.h"

#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>
#include <algorithm>
#include <memory>

namespace portolan::test {

/// A real store, the pane Operations over it, and what works on it.
class OperationsBench {
public:
    /// Shows nothing yet; the store would be a SQLite file of its own.
    OperationsBench()
        : url(need(StoreUrl::parse(QStringLiteral("sqlite://") + folder.path(QStringLiteral("orders.db"))))) {}
    ~OperationsBench() { leave(); }
    OperationsBench(const OperationsBench&) = delete;
    OperationsBench& operator=(const OperationsBench&) = delete;

    /// Makes the store and shows it; `place`: another one than its own.
    void make(const std::optional<StoreUrl>& place = {}) {
        url = place.value_or(url);
        need(openStore(url, Access::Write));
        show(url);
    }
    void show(const StoreUrl& place) {
        leave();
        const auto opener = [place](Access access) {
            return [place, access](const CancelToken& token) { return openStore(place, access, token); };
        };
        channel = std::make_unique<StoreWorker>(opener(Access::Read));
        desk = std::make_unique<OperationsController>(place, opener(Access::Write), "tester", "Portolan test");
        changes = std::make_unique<StoreController>(opener(Access::Write), "tester");
        pane.resize(1100, 700);
        pane.show();
        PaneContext context;
        context.channel = channel.get();
        context.operations = desk.get();
        context.changes = changes.get();
        pane.setContext(context);
    }
    /// Lets go of the store.
    void leave() {
        pane.setContext({});
        changes.reset();
        desk.reset();
        channel.reset();
    }
    /// As another program.
    void run(const QByteArray& sql) const {
        const QString error = isServer() ? PostgresScript(url).run(sql) : SqliteScript(url.path).run(sql);
        if (!error.isEmpty())
            qFatal("%s", qPrintable(error));
    }
    [[nodiscard]] QString value(const QByteArray& sql) const {
        return isServer() ? PostgresScript(url).value(sql) : SqliteScript(url.path).value(sql);
    }
    [[nodiscard]] bool isServer() const { return url.kind == StoreKind::Postgresql; }

    template <class Widget>
    [[nodiscard]] Widget* find(const char* name) const {
        const auto all = pane.findChildren<Widget*>();
        const auto found = std::ranges::find_if(
            all, [&](auto* w) { return w->isVisible() && w->accessibleName() == QString::fromUtf8(name); });
        return found == all.end() ? nullptr : *found;
    }
    /// Hidden where it is empty.
    [[nodiscard]] DataTable* table(const char* name) const {
        const auto all = pane.findChildren<DataTable*>();
        return *std::ranges::find_if(all, [&](auto* t) { return t->accessibleName() == QLatin1String(name); });
    }
    [[nodiscard]] int rows(const char* name) const { return table(name)->model()->rowCount(); }
    [[nodiscard]] QString cell(const char* name, int row, const char* column) const {
        const DataTable* t = table(name);
        const auto& columns = t->paged()->listing().columns();
        const auto found = std::ranges::find_if(columns, [&](const auto& c) { return c.name == column; });
        return t->model()->index(row, static_cast<int>(found - columns.begin())).data().toString();
    }
    [[nodiscard]] int rowOf(const char* name, const char* column, const QString& text) const {
        for (int row = 0; row < rows(name); ++row) {
            if (cell(name, row, column) == text)
                return row;
        }
        return -1;
    }
    /// Presses a button once it can be.
    [[nodiscard]] bool press(const char* button) const {
        if (!QTest::qWaitFor([&] { return find<QPushButton>(button) && find<QPushButton>(button)->isEnabled(); },
                             patience))
            return false;
        find<QPushButton>(button)->click();
        return true;
    }
    /// Waits for a question for a line of text, and answers it.
    [[nodiscard]] bool answer(const QString& text) const {
        const auto question = [this]() -> QInputDialog* {
            for (QInputDialog* each : pane.findChildren<QInputDialog*>()) {
                if (each->isVisible())
                    return each;
            }
            return nullptr;
        };
        if (!QTest::qWaitFor([&] { return question() != nullptr; }, patience))
            return false;
        question()->setTextValue(text);
        question()->accept();
        return true;
    }
    /// Waits for the end of the newest job.
    [[nodiscard]] OperationJob ended(std::size_t jobs) const {
        if (!QTest::qWaitFor([&] { return desk->jobs().size() == jobs && desk->jobs().back().ended; }, patience))
            return {};
        return desk->jobs().back();
    }
    [[nodiscard]] bool shows(const QString& part) const {
        const auto labels = pane.findChildren<QLabel*>();
        return std::ranges::any_of(labels, [&](auto* l) { return l->isVisible() && l->text().contains(part); });
    }

    static constexpr int patience = 30'000;
    TempFolder folder;
    StoreUrl url;
    std::unique_ptr<StoreWorker> channel;
    std::unique_ptr<OperationsController> desk;
    std::unique_ptr<StoreController> changes;
    OperationsPane pane;
};

} // namespace portolan::test
