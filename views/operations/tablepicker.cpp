#include "views/operations/tablepicker.h"

#include "models/list/format.h"
#include "views/style/theme.h"

#include <QCheckBox>
#include <QListWidget>
#include <QVBoxLayout>

namespace portolan {

TablePicker::TablePicker(QWidget* parent)
    : QWidget(parent)
    , m_onlySome(new QCheckBox(tr("Only some tables"), this))
    , m_tables(new QListWidget(this)) {
    m_onlySome->setAccessibleName(QStringLiteral("Only some tables"));
    m_onlySome->setEnabled(false);
    m_onlySome->setToolTip(tr("The tables are being read…"));
    m_tables->setAccessibleName(QStringLiteral("Tables"));
    m_tables->setFixedHeight(36 * gridUnit);
    m_tables->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tables->hide();
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gridUnit);
    layout->addWidget(m_onlySome);
    layout->addWidget(m_tables);
    connect(m_onlySome, &QCheckBox::toggled, m_tables, &QWidget::setVisible);
    connect(m_onlySome, &QCheckBox::toggled, this, &TablePicker::changed);
    connect(m_tables, &QListWidget::itemChanged, this, &TablePicker::changed);
}

void TablePicker::setTables(const std::vector<CountedTable>& tables) {
    m_tables->clear();
    for (const CountedTable& table : tables) {
        const QString shown = visibleText(table.name.toUtf8(), 60);
        auto* const item = new QListWidgetItem(
            table.rows ? tr("%1 · rows: %2").arg(shown, groupedNumber(*table.rows)) : shown, m_tables);
        item->setData(Qt::UserRole, table.name);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Unchecked);
    }
    m_onlySome->setEnabled(!tables.empty());
    m_onlySome->setToolTip({});
}

void TablePicker::setNote(const QString& note) {
    m_onlySome->setToolTip(note);
}

bool TablePicker::isPart() const {
    return m_onlySome->isChecked();
}

QStringList TablePicker::chosen() const {
    QStringList names;
    for (int row = 0; isPart() && row < m_tables->count(); ++row) {
        if (const QListWidgetItem* const item = m_tables->item(row); item->checkState() == Qt::Checked)
            names << item->data(Qt::UserRole).toString();
    }
    return names;
}

} // namespace portolan
