#include "views/window/saveviewdialog.h"

#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr qsizetype longestShown = 200;
constexpr qsizetype longestOnButton = 40;

QString orderText(const QByteArray& sort) {
    if (sort.isEmpty())
        return SaveViewDialog::tr("as the list has it");
    return sort.startsWith('-') ? SaveViewDialog::tr("by %1, descending").arg(visibleText(sort.mid(1), longestShown))
                                : SaveViewDialog::tr("by %1").arg(visibleText(sort, longestShown));
}

} // namespace

SaveViewDialog::SaveViewDialog(const SavedView& view, const QString& pane, std::vector<SavedView> there,
                               const QString& whyLocal, QWidget* parent)
    : QDialog(parent)
    , m_view(view)
    , m_there(std::move(there))
    , m_name(new QLineEdit(QString::fromUtf8(view.name), this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Save this view"));
    takeWidth(this, 120 * gridUnit);
    m_name->setAccessibleName(tr("Name of the view"));
    m_name->selectAll();
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(3 * gridUnit);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Rows"),
                 paragraph(view.filter.isEmpty() ? tr("all") : visibleText(view.filter, longestShown), this));
    form->addRow(tr("Order"), paragraph(orderText(view.sort), this));
    QLabel* const place = paragraph(
        whyLocal.isEmpty() ? tr("It is kept in the store, for everybody who opens it, with the order and widths of the "
                                "columns.")
                           : tr("It is kept on this computer only, because the store cannot keep it. %1").arg(whyLocal),
        this);
    place->setForegroundRole(QPalette::PlaceholderText);
    const DialogButtons buttons = makeDialogButtons(this, tr("Save view"));
    m_save = buttons.act;
    QVBoxLayout* const layout = makeDialogLayout(this);
    layout->addWidget(dialogTitle(tr("Save this view of %1").arg(pane), this));
    layout->addLayout(form);
    layout->addWidget(place);
    addFoot(this, buttons.bar);
    connect(m_name, &QLineEdit::textChanged, this, &SaveViewDialog::showButton);
    connect(m_save, &QPushButton::clicked, this, &SaveViewDialog::confirm);
    showButton();
}

QByteArray SaveViewDialog::name() const {
    return m_name->text().trimmed().toUtf8();
}

const SavedView* SaveViewDialog::inTheWay() const {
    return findView(m_there, m_view.pane, name());
}

void SaveViewDialog::showButton() {
    const Result<void> checked = checkViewName(name());
    m_save->setEnabled(checked.ok());
    m_save->setToolTip(checked || name().isEmpty() ? QString() : checked.error().text);
    m_save->setText(
        inTheWay() ? tr("Replace “%1”").arg(visibleText(name(), longestOnButton).replace(u'&', QLatin1String("&&")))
                   : tr("Save view"));
    m_save->setAccessibleDescription(inTheWay() ? tr("There is a view of this name; it is replaced.") : QString());
}

void SaveViewDialog::confirm() {
    SavedView named = m_view;
    named.name = name();
    const SavedView* const instead = inTheWay();
    Q_EMIT saveWanted(named, instead ? std::optional(*instead) : std::nullopt);
    accept();
}

} // namespace portolan
