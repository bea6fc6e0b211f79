#include "views/guide/keyboardpage.h"

#include "views/ask/dialogparts.h"
#include "views/style/keybindings.h"
#include "views/style/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace portolan {

namespace {

enum KeyColumn { WhatColumn, KeysColumn, UsualColumn };

QString keysText(const QKeySequence& keys) {
    return keys.toString(QKeySequence::NativeText);
}

} // namespace

KeyboardPage::KeyboardPage(KeyBindings& bindings, QWidget* parent)
    : QWidget(parent)
    , m_bindings(bindings)
    , m_table(new QTableWidget(static_cast<int>(bindings.actions().size()), 3, this))
    , m_keys(new QKeySequenceEdit(this))
    , m_conflicts(paragraph({}, this))
    , m_bind(new QPushButton(tr("Use these keys"), this))
    , m_usual(new QPushButton(tr("Use the usual keys"), this))
    , m_allUsual(new QPushButton(tr("All as usual"), this)) {
    m_table->setAccessibleName(tr("Keys"));
    m_table->setHorizontalHeaderLabels({tr("What they do"), tr("Keys"), tr("Usual keys")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(WhatColumn, QHeaderView::Stretch);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_keys->setAccessibleName(tr("New keys"));
    m_keys->findChild<QLineEdit*>()->setAccessibleName(m_keys->accessibleName());
    m_conflicts->setAccessibleDescription(tr("Who has these keys"));
    m_conflicts->setForegroundRole(QPalette::BrightText);
    auto* const line = new QHBoxLayout;
    line->setSpacing(2 * gridUnit);
    line->addWidget(m_keys, 1);
    m_keys->setMinimumWidth(40 * gridUnit);
    line->addWidget(m_bind);
    line->addWidget(m_usual);
    line->addWidget(m_allUsual);
    for (QPushButton* button : {m_bind, m_usual, m_allUsual})
        button->setAutoDefault(false);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 3 * gridUnit, 0, 0);
    layout->setSpacing(2 * gridUnit);
    layout->addWidget(m_table, 1);
    layout->addLayout(line);
    layout->addWidget(m_conflicts);
    fill();
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &KeyboardPage::choose);
    connect(m_keys, &QKeySequenceEdit::keySequenceChanged, this, &KeyboardPage::showConflicts);
    connect(m_keys, &QKeySequenceEdit::editingFinished, this, [this] { // the field would take every further key
        if (m_bind->isEnabled() && !m_keys->keySequence().isEmpty())
            m_bind->setFocus();
    });
    connect(m_bind, &QPushButton::clicked, this, &KeyboardPage::bind);
    connect(m_usual, &QPushButton::clicked, this, [this] {
        m_keys->setKeySequence(m_bindings.usualKeys(chosen()));
        bind();
    });
    connect(m_allUsual, &QPushButton::clicked, this, [this] {
        m_bindings.resetAll();
        fill();
    });
    m_table->selectRow(0);
}

void KeyboardPage::fill() {
    for (int row = 0; row < m_table->rowCount(); ++row)
        showRow(row);
    m_table->resizeColumnToContents(KeysColumn);
    m_table->resizeColumnToContents(UsualColumn);
    choose();
}

/// Keys that the operator chose are bold.
void KeyboardPage::showRow(int row) {
    const QAction* const action = m_bindings.actions()[static_cast<std::size_t>(row)];
    const auto cell = [&](KeyColumn column, const QString& text) {
        auto* const item = new QTableWidgetItem(text);
        QFont font = m_table->font();
        font.setBold(column == KeysColumn && !m_bindings.isUsual(action));
        item->setFont(font);
        m_table->setItem(row, column, item);
    };
    cell(WhatColumn, action->text());
    cell(KeysColumn, keysText(m_bindings.keys(action)));
    cell(UsualColumn, keysText(m_bindings.usualKeys(action)));
}

void KeyboardPage::chooseAction(const QAction* action) {
    const auto& actions = m_bindings.actions();
    const auto found = std::ranges::find(actions, action);
    if (found == actions.end())
        return;
    m_table->selectRow(static_cast<int>(found - actions.begin()));
    m_table->scrollTo(m_table->currentIndex());
    m_keys->setFocus();
}

QAction* KeyboardPage::chosen() const {
    const int row = m_table->currentRow();
    return row < 0 ? nullptr : m_bindings.actions()[static_cast<std::size_t>(row)];
}

void KeyboardPage::choose() {
    const QAction* const action = chosen();
    m_keys->setEnabled(action != nullptr);
    m_keys->setKeySequence(action ? m_bindings.keys(action) : QKeySequence());
    showConflicts();
}

void KeyboardPage::showConflicts() {
    const QAction* const action = chosen();
    QStringList names;
    for (const QAction* const other : action ? m_bindings.conflicts(action, m_keys->keySequence()) : QList<QAction*>())
        names << tr("“%1” (%2)").arg(other->text(), keysText(other->shortcut()));
    m_conflicts->setText(names.isEmpty() ? QString() : tr("These keys are taken from %1.").arg(names.join(u", ")));
    m_bind->setText(names.isEmpty() ? tr("Use these keys") : tr("Take these keys"));
    m_bind->setEnabled(action && m_keys->keySequence() != m_bindings.keys(action));
    m_usual->setEnabled(action && !m_bindings.isUsual(action));
}

void KeyboardPage::bind() {
    if (QAction* const action = chosen())
        m_bindings.bind(action, m_keys->keySequence());
    fill();
}

} // namespace portolan
