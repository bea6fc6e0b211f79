#include "views/guide/guide.h"
#include "views/guide/guidebrowser.h"
#include "views/guide/helpdialog.h"
#include "views/style/theme.h"

#include <QAccessible>
#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QToolButton>
#include <QtTest>

using namespace portolan;

namespace {

struct Bench {
    Bench() {
        action.setText(QStringLiteral("Turn the page"));
        action.setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+T")));
        dialog.setActions([this] { return QList<QAction*>{&action}; });
        dialog.showChapter(QStringLiteral("start"));
    }
    void press(const QString& name) {
        for (QToolButton* button : dialog.findChildren<QToolButton*>()) {
            if (button->accessibleName() == name)
                return QTest::mouseClick(button, Qt::LeftButton);
        }
        QFAIL(qPrintable(name));
    }

    QAction action;
    HelpDialog dialog{QStringLiteral("en")};
    GuideBrowser* text = dialog.findChild<GuideBrowser*>();
    QListWidget* chapters = dialog.findChild<QListWidget*>();
    QLineEdit* field = dialog.findChild<QLineEdit*>();
};

} // namespace

class TestHelpDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsTheChapters() {
        Bench bench;
        QCOMPARE(bench.chapters->count(), static_cast<int>(guideChapters().size()));
        QCOMPARE(bench.chapters->accessibleName(), QStringLiteral("Chapters"));
        QCOMPARE(bench.text->accessibleName(), QStringLiteral("Guide"));
        QCOMPARE(bench.field->accessibleName(), QStringLiteral("Find in the guide"));
        for (int row = 0; row < bench.chapters->count(); ++row) {
            bench.chapters->setCurrentRow(row);
            const QString title = bench.chapters->item(row)->text();
            QVERIFY2(bench.text->toPlainText().startsWith(title), qPrintable(title));
        }
    }

    void blocksNobody() {
        Bench bench;
        QVERIFY(!bench.dialog.isModal());
        QVERIFY(!bench.dialog.testAttribute(Qt::WA_QuitOnClose));
        QTest::keyClick(&bench.dialog, Qt::Key_Escape);
        QVERIFY(!bench.dialog.isVisible());
        bench.dialog.showChapter(QStringLiteral("ports"));
        QVERIFY(bench.dialog.isVisible());
        QCOMPARE(bench.dialog.chapter(), QStringLiteral("ports"));
    }

    void goesBackAndForward() {
        Bench bench;
        bench.chapters->setCurrentRow(3);
        const QString there = bench.dialog.chapter();
        bench.press(QStringLiteral("Back"));
        QCOMPARE(bench.dialog.chapter(), QStringLiteral("start"));
        QCOMPARE(bench.chapters->currentRow(), 0);
        bench.press(QStringLiteral("Forward"));
        QCOMPARE(bench.dialog.chapter(), there);
    }

    void followsLinksWithinTheGuideOnly() {
        Bench bench;
        Q_EMIT bench.text->anchorClicked(QUrl(QStringLiteral("stores.md#passwords")));
        QCOMPARE(bench.dialog.chapter(), QStringLiteral("stores"));
        for (const char* out :
             {"https://example.org/ports.md", "file:///etc/passwd", "ports.txt", "../../icons/up.svg"})
            Q_EMIT bench.text->anchorClicked(QUrl(QString::fromLatin1(out)));
        QCOMPARE(bench.dialog.chapter(), QStringLiteral("stores"));
        const auto labels = bench.dialog.findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) {
            return label->isVisible() && label->text().contains(QLatin1String("../../icons/up.svg"));
        }));
        QVERIFY(!bench.text->loadResource(QTextDocument::ImageResource, QUrl(QStringLiteral("qrc:/icons/up.svg")))
                     .isValid());
        QVERIFY(
            !bench.text->loadResource(QTextDocument::HtmlResource, QUrl(QStringLiteral("file:///guide/en/start.md")))
                 .isValid());
    }

    void findsAcrossChapters() {
        Bench bench;
        bench.field->setText(QStringLiteral("PgPass"));
        QStringList met{bench.dialog.chapter()};
        QVERIFY(met.first() != QLatin1String("start")); // it says nothing of it
        for (int i = 0; i < 20; ++i) {
            const QString at = bench.text->toPlainText().mid(bench.text->textCursor().position(), 6).toLower();
            QCOMPARE(at, QStringLiteral("pgpass"));
            QTest::keyClick(bench.field, Qt::Key_Return);
            met << bench.dialog.chapter();
        }
        QVERIFY(met.contains(QStringLiteral("commandline")));
        QCOMPARE(met.count(met.first()) > 1, true); // round the end
    }

    void findsBeforeAsWell() {
        Bench bench;
        bench.field->setText(QStringLiteral("pgpass"));
        const auto place = [&] { return std::pair(bench.dialog.chapter(), bench.text->textCursor().position()); };
        const auto first = place();
        bench.press(QStringLiteral("Next match"));
        QVERIFY(place() != first);
        bench.press(QStringLiteral("Previous match"));
        QCOMPARE(place(), first);
        bench.press(QStringLiteral("Previous match"));
        QCOMPARE(place().first, QStringLiteral("commandline")); // the last of all
    }

    void saysWhatIsNotFound() {
        Bench bench;
        bench.field->setText(QStringLiteral("no such words"));
        const auto labels = bench.dialog.findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel* l) { return l->text() == QLatin1String("not found"); }));
        QCOMPARE(bench.dialog.chapter(), QStringLiteral("start"));
        QVERIFY(bench.text->extraSelections().isEmpty());
    }

    void showsTheKeysInForce() {
        Bench bench;
        bench.dialog.showChapter(QString::fromLatin1(keyboardChapter));
        QVERIFY(bench.text->toPlainText().contains(QStringLiteral("Turn the page")));
        QVERIFY(bench.text->toPlainText().contains(QStringLiteral("Ctrl+Shift+T")));
        QVERIFY(bench.text->toPlainText().contains(QStringLiteral("Menu, Shift+F10")));
        bench.action.setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+U")));
        bench.dialog.showChapter(QString::fromLatin1(keyboardChapter));
        QVERIFY(bench.text->toPlainText().contains(QStringLiteral("Ctrl+Shift+U")));
        bench.field->setText(QStringLiteral("Ctrl+Shift+U"));
        QCOMPARE(bench.text->extraSelections().size(), 1);
    }

    void wearsTheTheme() {
        Theme theme;
        theme.choose(ThemeChoice::Light);
        Bench bench;
        const auto sheet = [&] { return bench.text->document()->defaultStyleSheet(); };
        QVERIFY(sheet().contains(lightTokens().line.name()));
        bench.field->setText(QStringLiteral("pipeline"));
        const auto marks = bench.text->extraSelections().size();
        QVERIFY(marks > 0);
        theme.choose(ThemeChoice::Dark);
        QTRY_VERIFY(sheet().contains(darkTokens().line.name()));
        QVERIFY(!sheet().contains(lightTokens().line.name()));
        QCOMPARE(bench.text->extraSelections().size(), marks);
        QCOMPARE(bench.text->extraSelections().first().format.background().color(), darkTokens().accent);
        QCOMPARE(bench.dialog.chapter(), QStringLiteral("start"));
        theme.choose(ThemeChoice::System);
    }

    void everyControlHasAName() {
        Bench bench;
        for (const QWidget* widget : bench.dialog.findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->parentWidget() == bench.field)
                continue;
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            QVERIFY(interface);
            const bool isInner = widget->objectName().startsWith(QLatin1String("qt_"));
            QVERIFY2(isInner || !interface->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(TestHelpDialog)
#include "tst_helpdialog.moc"
