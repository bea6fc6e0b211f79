#include "views/search/commandpalette.h"

#include "views/style/entrydelegate.h"
#include "views/style/plainlabel.h"
#include "views/style/theme.h"

#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QListWidget>
#include <algorithm>

namespace portolan {

namespace {

constexpr int paletteWidth = 130 * gridUnit;
constexpr int rowsShown = 12;

/// All words of what was typed stand in the text, in any order.
bool matches(const QString& text, const QString& typed) {
    const QStringList words = typed.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& w) { return text.contains(w, Qt::CaseInsensitive); });
}

/// The other words that an action is found by.
QString wordsOf(const QAction& action) {
    return action.property("words").toString();
}

/// Ranks actions: what can be done comes first, there what has the words in its name, and there what begins with them.
int rankOf(const QAction& action, const QString& name, const QString& typed) {
    const bool begins = name.startsWith(typed.section(u' ', 0, 0, QString::SectionSkipEmpty), Qt::CaseInsensitive);
    const bool isNamed = matches(name, typed);
    return (action.isEnabled() ? 0 : 3) + (begins && isNamed ? 0 : isNamed ? 1 : 2);
}

QString plainName(const QAction& action) {
    constexpr QChar kept(1);
    return action.text().replace(QLatin1String("&&"), kept).remove(u'&').replace(kept, u'&');
}

} // namespace

CommandPalette::CommandPalette(QWidget* parent) : FieldOverList(parent), m_list(new QListWidget(this)) {
    auto* const hint = plainLabel(this, QPalette::PlaceholderText);
    hint->setText(tr("Enter does it · F2 gives it a key"));
    hint->setContentsMargins(gridUnit, 0, 0, 0);
    setWindowTitle(tr("Command palette"));
    m_field->setAccessibleName(tr("Command"));
    m_field->setPlaceholderText(tr("What do you want to do?"));
    m_list->setAccessibleName(tr("Commands"));
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    setList(m_list);
    layout()->addWidget(hint);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::run);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
}

void CommandPalette::choose(const QList<QAction*>& actions, MadeOf madeOf) {
    m_madeOf = std::move(madeOf);
    m_actions.assign(actions.begin(), actions.end());
    m_field->clear();
    fill();
    resize(paletteWidth,
           m_field->sizeHint().height() + rowsShown * (fontMetrics().height() + 3 * gridUnit) + 12 * gridUnit);
    openOverWindow();
}

void CommandPalette::fill() {
    m_list->clear();
    m_shown.clear();
    const QString typed = m_field->text();
    for (const auto& action : m_actions) {
        if (action && action->isVisible() && matches(plainName(*action) + u' ' + wordsOf(*action), typed))
            m_shown.push_back(action);
    }
    std::ranges::stable_sort(
        m_shown, {}, [&](const QPointer<QAction>& action) { return rankOf(*action, plainName(*action), typed); });
    if (m_madeOf) {
        for (QAction* const made : m_madeOf(typed.trimmed()))
            m_shown.emplace_back(made);
    }
    for (const auto& action : m_shown) {
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        auto* item = new QListWidgetItem(action->icon(), plainName(*action), m_list);
        item->setData(EntryDelegate::KeysRole, keys);
        if (!action->isEnabled()) {
            item->setFlags(Qt::NoItemFlags);
            item->setToolTip(action->toolTip());
        }
    }
    if (m_shown.empty())
        (new QListWidgetItem(tr("No command has these words in its name."), m_list))->setFlags(Qt::NoItemFlags);
    m_list->setCurrentRow(0);
}

QAction* CommandPalette::marked() const {
    const int row = m_list->currentRow();
    return row < 0 || row >= static_cast<int>(m_shown.size()) ? nullptr : m_shown[static_cast<std::size_t>(row)].data();
}

void CommandPalette::keyPressEvent(QKeyEvent* event) {
    if (event->key() != Qt::Key_F2) {
        FieldOverList::keyPressEvent(event);
        return;
    }
    QAction* const action = marked();
    if (!action || action->objectName().isEmpty()) // one that is made of the text, or of a saved view
        return;
    accept();
    Q_EMIT keysWanted(action);
}

void CommandPalette::run() {
    const QPointer<QAction> action = marked();
    if (!action)
        return;
    accept();
    if (action)
        action->trigger();
}

} // namespace portolan
