#include "views/list/pane.h"
#include "views/style/theme.h"
#include "views/window/panestack.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QtTest>
#include <memory>

using namespace portolan;

namespace {

int entryOf(const char* id) {
    const int entry = paneEntryOf(QLatin1String(id));
    if (entry < 0)
        qFatal("there is no pane %s", id);
    return entry;
}

} // namespace

/// Panes that are made when they are shown.
class TestPaneStack : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyWhatIsShownIsMade() {
        PaneStack stack;
        stack.setContext({});
        stack.refresh();
        QCOMPARE(stack.count(), 0);
        QVERIFY(stack.pane());
        QCOMPARE(stack.count(), 1);
        stack.show(entryOf("tables"), {});
        QCOMPARE(stack.count(), 2);
        QVERIFY(stack.currentWidget()->isAncestorOf(stack.pane()));
        stack.show(entryOf("overview"), {});
        stack.show(entryOf("tables"), {});
        QCOMPARE(stack.count(), 2);
    }

    /// A store's remembered layouts are not forgotten because the operator did not look at a pane this time.
    void layoutsOfOtherPanesAreKept() {
        const auto splitterOf = [](PaneStack& stack) { return stack.pane()->findChild<QSplitter*>(); };
        const auto shown = [] {
            auto stack = std::make_unique<PaneStack>();
            stack->resize(900, 700);
            stack->setVisible(true);
            return stack;
        };
        QVariantMap layouts;
        QList<int> sizes;
        {
            const auto stack = shown();
            for (const char* id : {"tables", "ports"})
                stack->show(entryOf(id), {});
            splitterOf(*stack)->setSizes({400, 200});
            sizes = splitterOf(*stack)->sizes();
            layouts = stack->saveLayouts();
        }
        QVERIFY(!layouts.value(QStringLiteral("tables")).toByteArray().isEmpty());
        const auto stack = shown();
        stack->restoreLayouts(layouts);
        QCOMPARE(stack->count(), 0);
        QCOMPARE(stack->saveLayouts(), layouts);
        stack->show(entryOf("ports"), {});
        QTRY_COMPARE(splitterOf(*stack)->sizes(), sizes);
        QCOMPARE(stack->saveLayouts(), layouts);
        stack->restoreLayouts({});
        QVERIFY(!stack->saveLayouts().contains(QStringLiteral("tables")));
    }

    /// Tab goes as one reads: through the pane, then to the widgets after it.
    void aLaterPaneHasItsPlaceInTheTabOrder() {
        QWidget window;
        auto* const first = new QLineEdit(&window);
        auto* const stack = new PaneStack(&window);
        auto* const last = new QLineEdit(&window);
        for (const char* id : {"overview", "ports", "dead-letters", "tables", "audit"}) {
            stack->show(entryOf(id), {});
            int inside = 0;
            const QWidget* each = first->nextInFocusChain();
            for (; each != last && each != first; each = each->nextInFocusChain())
                inside += stack->pane()->isAncestorOf(each) && each->focusPolicy() != Qt::NoFocus ? 1 : 0;
            QCOMPARE(each, last);
            for (each = last->nextInFocusChain(); each != first; each = each->nextInFocusChain())
                QVERIFY2(!stack->pane()->isAncestorOf(each) || each->focusPolicy() == Qt::NoFocus || each->focusProxy(),
                         each->metaObject()->className());
            QVERIFY2(inside > 0, id);
        }
    }

    /// What was told before a pane was there holds for it, too.
    void aLaterPaneIsToldTheSame() {
        PaneStack stack;
        stack.setRefusals({.replay = QStringLiteral("for a reason"), .receive = {}});
        stack.show(entryOf("dead-letters"), {});
        const auto buttons = stack.pane()->findChildren<QPushButton*>();
        QVERIFY(std::ranges::any_of(
            buttons, [](const QPushButton* button) { return button->toolTip() == QStringLiteral("for a reason"); }));
    }
};

QTEST_MAIN(TestPaneStack)
#include "tst_panestack.moc"
