#include "storage/config/passwordfile.h"
#include "tests/support/tempfolder.h"
#include "views/style/keybindings.h"
#include "views/window/settingsdialog.h"

#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QtTest>
#include <map>

using namespace portolan;

namespace {

/// Actions with keys, and what was chosen for them, kept as settings keep it.
struct Bench {
    Bench() {
        for (const auto& [name, keys] :
             {std::pair{"open", "Ctrl+O"}, {"export", "Ctrl+E"}, {"zoom", "Ctrl++"}, {"about", ""}}) {
            auto* const action = new QAction(QLatin1String(name).toString() + QStringLiteral(" it"), &window);
            action->setObjectName(QLatin1String(name));
            action->setShortcut(QKeySequence(QLatin1String(keys)));
            actions[name] = action;
        }
        actions["zoom"]->setShortcuts({QKeySequence(QStringLiteral("Ctrl++")), QKeySequence(QStringLiteral("Ctrl+="))});
        new QAction(QStringLiteral("nameless"), &window);
        restart();
    }
    /// As a next start of the program finds them.
    void restart() {
        bindings = std::make_unique<KeyBindings>([this](const QString& name) {
            const auto found = chosen.find(name);
            return found == chosen.end() ? QString() : found->second;
        });
        QObject::connect(bindings.get(), &KeyBindings::bound, &window,
                         [this](const QString& name, const QKeySequence& keys) {
                             chosen[name] = keys.isEmpty() ? QString(QLatin1String("")) : keys.toString();
                         });
        QObject::connect(bindings.get(), &KeyBindings::released, &window,
                         [this](const QString& name) { chosen.erase(name); });
        bindings->add(window.findChildren<QAction*>());
    }

    QWidget window;
    std::map<std::string, QAction*> actions;
    std::map<QString, QString> chosen;
    std::unique_ptr<KeyBindings> bindings;
};

template <class Widget>
Widget* named(const QWidget& window, const QString& name) {
    for (Widget* widget : window.findChildren<Widget*>()) {
        if (widget->accessibleName() == name || widget->property("text") == name)
            return widget;
    }
    qFatal("there is no %s", qPrintable(name));
}

QLabel* described(const QWidget& window, const char* description) {
    for (QLabel* label : window.findChildren<QLabel*>()) {
        if (label->accessibleDescription() == QLatin1String(description))
            return label;
    }
    qFatal("there is no %s", description);
}

QKeySequence keys(const char* text) {
    return QKeySequence(QLatin1String(text));
}

} // namespace

class TestSettingsDialog : public QObject {
    Q_OBJECT
    test::TempFolder m_folder;

private Q_SLOTS:
    void initTestCase() {
        qRegisterMetaType<Preferences>();
        qputenv("XDG_DATA_HOME", m_folder.path().toUtf8());
    }

    void keysAreTaken() {
        Bench bench;
        QCOMPARE(bench.bindings->actions().size(), std::size_t(4));
        QVERIFY(bench.bindings->conflicts(bench.actions["about"], keys("Ctrl+J")).isEmpty());
        QCOMPARE(bench.bindings->conflicts(bench.actions["about"], keys("Ctrl+E")), QList{bench.actions["export"]});
        QCOMPARE(bench.bindings->conflicts(bench.actions["about"], keys("Ctrl+=")), QList{bench.actions["zoom"]});
        QCOMPARE(bench.bindings->conflicts(bench.actions["about"], keys("Ctrl+E, Ctrl+X")),
                 QList{bench.actions["export"]});
        QVERIFY(bench.bindings->conflicts(bench.actions["about"], {}).isEmpty()); // no key conflicts with none
        bench.bindings->bind(bench.actions["about"], keys("Ctrl+E"));
        QCOMPARE(bench.actions["about"]->shortcut(), keys("Ctrl+E"));
        QVERIFY(bench.actions["export"]->shortcut().isEmpty());
    }

    void keysAreRemembered() {
        Bench bench;
        bench.bindings->bind(bench.actions["about"], keys("Ctrl+E"));
        for (auto& [name, action] : bench.actions) // the usual ones again, as a new program makes them
            action->setShortcuts(name == "export" ? QList{keys("Ctrl+E")}
                                 : name == "open" ? QList{keys("Ctrl+O")}
                                 : name == "zoom" ? QList{keys("Ctrl++"), keys("Ctrl+=")}
                                                  : QList<QKeySequence>());
        bench.restart();
        QCOMPARE(bench.actions["about"]->shortcut(), keys("Ctrl+E"));
        QVERIFY(bench.actions["export"]->shortcut().isEmpty());
        QCOMPARE(bench.actions["open"]->shortcut(), keys("Ctrl+O"));
        QVERIFY(!bench.bindings->isUsual(bench.actions["export"]));
        bench.bindings->resetAll();
        QCOMPARE(bench.actions["export"]->shortcut(), keys("Ctrl+E"));
        QVERIFY(bench.actions["about"]->shortcut().isEmpty());
        QCOMPARE(bench.actions["zoom"]->shortcuts(), (QList{keys("Ctrl++"), keys("Ctrl+=")}));
        QVERIFY(bench.chosen.empty());
    }

    void conflictsAreSaidBeforeTheyAreMade() {
        Bench bench;
        SettingsDialog dialog({}, *bench.bindings, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        auto* const table = named<QTableWidget>(dialog, QStringLiteral("Keys"));
        int about = -1;
        for (int row = 0; row < table->rowCount(); ++row) {
            if (table->item(row, 0)->text() == QLatin1String("about it"))
                about = row;
        }
        QVERIFY(about >= 0);
        table->selectRow(about);
        auto* const edit = named<QKeySequenceEdit>(dialog, QStringLiteral("New keys"));
        auto* const warning = described(dialog, "Who has these keys");
        auto* const bind = named<QPushButton>(dialog, QStringLiteral("Use these keys"));
        QVERIFY(!bind->isEnabled() && warning->text().isEmpty());
        edit->setKeySequence(keys("Ctrl+O"));
        QVERIFY2(warning->text().contains(QStringLiteral("open it")), qPrintable(warning->text()));
        QCOMPARE(bench.actions["open"]->shortcut(), keys("Ctrl+O")); // not yet
        bind->click();
        QVERIFY(bench.actions["open"]->shortcut().isEmpty());
        QCOMPARE(table->item(about, 1)->text(), QStringLiteral("Ctrl+O"));
        QVERIFY(warning->text().isEmpty());
        named<QPushButton>(dialog, QStringLiteral("Use the usual keys"))->click();
        QVERIFY(bench.actions["about"]->shortcut().isEmpty());
    }

    void whatIsPreferredHoldsAtOnce() {
        Bench bench;
        SettingsDialog dialog({ThemeChoice::Dark, 115, TimeDisplay::Utc, QStringLiteral("system")}, *bench.bindings,
                              nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        QSignalSpy preferred(&dialog, &SettingsDialog::preferred);
        const auto choose = [&](const char* name, const QString& text) {
            auto* const box = named<QComboBox>(dialog, QLatin1String(name));
            const int row = box->findText(text);
            QVERIFY2(row >= 0, qPrintable(text));
            box->setCurrentIndex(row);
            Q_EMIT box->activated(row);
        };
        QCOMPARE(named<QComboBox>(dialog, QStringLiteral("Text size"))->currentData().toInt(), 115);
        choose("Theme", QStringLiteral("Light"));
        choose("Text size", QStringLiteral("200 %"));
        choose("Language", QStringLiteral("Deutsch"));
        QCOMPARE(preferred.size(), 3);
        QCOMPARE(preferred.back().front().value<Preferences>(),
                 (Preferences{ThemeChoice::Light, 200, TimeDisplay::Utc, QStringLiteral("de")}));
        choose("Language", QStringLiteral("Deutsch"));
        QCOMPARE(preferred.size(), 3); // nothing changed
    }

    void keptPasswordsAreForgotten() {
        PasswordFile file;
        QVERIFY(file.keep(*StoreUrl::parse(QStringLiteral("postgresql://me:one@h/a"))).ok());
        QVERIFY(file.keep(*StoreUrl::parse(QStringLiteral("postgresql://me:two@h/b"))).ok());
        Bench bench;
        SettingsDialog dialog({}, *bench.bindings, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        auto* const list = named<QListWidget>(dialog, QStringLiteral("Passwords in the file"));
        QCOMPARE(list->count(), 2);
        QCOMPARE(list->item(0)->text(), QStringLiteral("postgresql://me@h/a")); // and no password
        auto* const forget = named<QPushButton>(dialog, QStringLiteral("Forget the password"));
        QVERIFY(!forget->isEnabled());
        list->setCurrentRow(0);
        forget->click();
        QCOMPARE(list->count(), 1);
        QCOMPARE(file.names()->size(), 1);
        QVERIFY(!file.passwordOf(*StoreUrl::parse(QStringLiteral("postgresql://me@h/a")))->has_value());
        QCOMPARE(file.passwordOf(*StoreUrl::parse(QStringLiteral("postgresql://me@h/b")))->value_or(QString()),
                 QStringLiteral("two"));
    }
};

QTEST_MAIN(TestSettingsDialog)
#include "tst_settingsdialog.moc"
