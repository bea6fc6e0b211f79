#include "views/alerts/alertform.h"

#include "models/alerts/alerttexts.h"
#include "models/list/format.h"
#include "views/ask/dialogparts.h"
#include "views/style/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QVBoxLayout>

namespace portolan {

namespace {

constexpr int mistakeLines = 2;
constexpr double greatestThreshold = 1e12;

AlertRule newRule() {
    return {{}, "rejects", {}, 1, std::chrono::minutes(10)};
}

} // namespace

AlertForm::AlertForm(QWidget* parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_enabled(new QCheckBox(tr("Look at it"), this))
    , m_listing(new QComboBox(this))
    , m_filter(new QLineEdit(this))
    , m_threshold(new QDoubleSpinBox(this))
    , m_window(new QSpinBox(this))
    , m_mistake(paragraph({}, this)) {
    m_name->setAccessibleName(tr("Name of the alert"));
    m_enabled->setAccessibleName(tr("Look at it"));
    m_listing->setAccessibleName(tr("Rows of"));
    m_filter->setAccessibleName(tr("Filter of the alert"));
    m_filter->setFont(dataFont(font()));
    m_threshold->setAccessibleName(tr("Threshold"));
    m_window->setAccessibleName(tr("Window"));
    for (const QByteArray& listing : alertListings())
        m_listing->addItem(QString::fromLatin1(listing));
    m_threshold->setRange(0, greatestThreshold);
    m_threshold->setDecimals(0);
    m_threshold->setGroupSeparatorShown(true);
    m_window->setRange(0, static_cast<int>(std::chrono::seconds(longestAlertWindow).count()));
    m_window->setSuffix(tr(" s"));
    m_window->setSpecialValueText(tr("whenever"));
    m_window->setGroupSeparatorShown(true);
    m_mistake->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_mistake->setMinimumHeight(mistakeLines * fontMetrics().lineSpacing()); // the table stays as it is
    m_mistake->setObjectName(QStringLiteral("mistake"));

    auto* const head = new QHBoxLayout;
    head->setSpacing(3 * gridUnit);
    head->addWidget(m_name, 1);
    head->addWidget(m_enabled);
    auto* const limits = new QHBoxLayout;
    limits->setSpacing(3 * gridUnit);
    limits->addWidget(m_threshold, 1);
    limits->addWidget(paragraph(tr("within"), this));
    limits->addWidget(m_window, 1);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3 * gridUnit);
    auto* const form = new QFormLayout;
    layout->addLayout(form);
    layout->addWidget(m_mistake);
    form->setHorizontalSpacing(4 * gridUnit);
    form->setVerticalSpacing(2 * gridUnit);
    form->addRow(tr("Alert"), head);
    form->addRow(tr("About rows of"), m_listing);
    form->addRow(tr("That match"), m_filter);
    form->addRow(tr("Fires at"), limits);

    connect(m_name, &QLineEdit::textChanged, this, &AlertForm::look);
    connect(m_filter, &QLineEdit::textChanged, this, &AlertForm::look);
    connect(m_enabled, &QCheckBox::toggled, this, &AlertForm::look);
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &AlertForm::look);
    connect(m_window, &QSpinBox::valueChanged, this, &AlertForm::look);
    connect(m_listing, &QComboBox::currentIndexChanged, this, &AlertForm::takeListing);
    show(std::nullopt);
}

void AlertForm::show(const std::optional<AlertRule>& shown) {
    const AlertRule rule = shown.value_or(newRule());
    {
        const QScopedValueRollback filling(m_isFilling, true);
        m_shown = shown;
        m_name->setText(shown && builtInAlert(rule.name) ? alertTitle(rule) : QString::fromUtf8(rule.name));
        m_name->setReadOnly(shown.has_value());
        m_name->setToolTip(shown ? tr("Commands call it %1").arg(visibleText(rule.name, 100)) : QString());
        m_enabled->setChecked(rule.enabled);
        m_listing->setCurrentText(QString::fromUtf8(rule.listing));
        m_filter->setText(QString::fromUtf8(rule.filter));
        m_threshold->setValue(rule.threshold);
        m_window->setValue(rule.window ? static_cast<int>(rule.window->count()) : 0);
    }
    takeListing();
}

AlertRule AlertForm::rule() const {
    AlertRule rule;
    rule.name = m_shown ? m_shown->name : m_name->text().trimmed().toUtf8();
    rule.listing = m_listing->currentText().toUtf8();
    if (m_filter->isEnabled())
        rule.filter = m_filter->text().trimmed().toUtf8();
    rule.threshold = m_threshold->value();
    if (m_window->isEnabled() && m_window->value() > 0)
        rule.window = std::chrono::seconds(m_window->value());
    rule.enabled = m_enabled->isChecked();
    return rule;
}

void AlertForm::focusName() {
    m_name->setFocus(Qt::OtherFocusReason);
}

/// Shows what the chosen listing allows: without rows there is no filter, and without times no window.
void AlertForm::takeListing() {
    const QByteArray listing = m_listing->currentText().toUtf8();
    m_filter->setEnabled(alertFilterSchema(listing) != nullptr);
    m_window->setEnabled(hasAlertWindow(listing));
    m_threshold->setEnabled(listing != receiverListing);
    m_threshold->setSuffix(listing == "disk" ? tr(" MiB") : listing == "lag" ? tr(" s") : QString());
    look();
}

void AlertForm::look() {
    if (m_isFilling)
        return;
    const Result<void> valid = validateAlert(rule());
    m_isValid = valid.ok();
    const bool isWrong = !valid && (m_shown || !m_name->text().isEmpty()); // not yet begun
    const bool hasRows = m_window->isEnabled();
    m_mistake->setText(isWrong   ? valid.error().text
                       : hasRows ? tr("Fires when so many rows match, and lie within the window.")
                                 : QString());
    m_mistake->setForegroundRole(isWrong ? QPalette::WindowText : QPalette::PlaceholderText);
    Q_EMIT edited();
}

} // namespace portolan
