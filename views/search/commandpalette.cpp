#include "views/search/commandpalette.h"

#include "views/style/entrydelegate.h"
#include "views/style/theme.h"

#include <QAction>
#include <QLineEdit>
#include <QListWidget>
#include <algorithm>

namespace portolan {

namespace {

constexpr int paletteWidth = 130 * gridUnit;
constexpr int rowsShown = 12;

/// All words of what was typed stand in the name, in any order.
bool matches(const QString& name, const QString& typed) {
    const QStringList words = typed.split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& w) { return name.contains(w, Qt::CaseInsensitive); });
}

/// Ranks actions: what can be done comes first, and there what begins as it was typed.
int rankOf(const QAction& action, const QString& name, const QString& typed) {
    const bool begins = name.startsWith(typed.section(u' ', 0, 0, QString::SectionSkipEmpty), Qt::CaseInsensitive);
    return (action.isEnabled() ? 0 : 2) + (begins ? 0 : 1);
}

QString plainName(const QAction& action) {
    constexpr QChar kept(1);
    return action.text().replace(QLatin1String("&&"), kept).remove(u'&').replace(kept, u'&');
}

} // namespace

CommandPalette::CommandPalette(QWidget* parent) : FieldOverList(parent), m_list(new QListWidget(this)) {
    setWindowTitle(tr("Command palette"));
    m_field->setAccessibleName(tr("Command"));
    m_field->setPlaceholderText(tr("What do you want to do?"));
    m_list->setAccessibleName(tr("Commands"));
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(new EntryDelegate(m_list));
    setList(m_list);
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::run);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
}

void CommandPalette::choose(const QList<QAction*>& actions) {
    m_actions.assign(actions.begin(), actions.end());
    m_field->clear();
    fill();
    resize(paletteWidth,
           m_field->sizeHint().height() + rowsShown * (fontMetrics().height() + 3 * gridUnit) + 6 * gridUnit);
    openOverWindow();
}

void CommandPalette::fill() {
    m_list->clear();
    m_shown.clear();
    const QString typed = m_field->text();
    for (const auto& action : m_actions) {
        if (action && action->isVisible() && matches(plainName(*action), typed))
            m_shown.push_back(action);
    }
    std::ranges::stable_sort(
        m_shown, {}, [&](const QPointer<QAction>& action) { return rankOf(*action, plainName(*action), typed); });
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

void CommandPalette::run() {
    const int row = m_list->currentRow();
    if (row < 0 || row >= static_cast<int>(m_shown.size()))
        return;
    const QPointer<QAction> action = m_shown[static_cast<std::size_t>(row)];
    accept();
    if (action)
        action->trigger();
}

} // namespace portolan
