#include "views/charts/chartthresholds.h"

#include "models/list/format.h"
#include "storage/series/samplesum.h"
#include "views/ask/textprompt.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

QString textOf(const SeriesName& name) {
    return visibleText(name.toText());
}

} // namespace

ChartThresholds::ChartThresholds(QWidget* window) : QObject(window), m_window(window) {}

void ChartThresholds::ask(const std::vector<SeriesName>& series, QWidget* button) {
    if (series.size() == 1) {
        askFor(series.front());
        return;
    }
    auto* menu = new QMenu(button);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const SeriesName& name : series)
        menu->addAction(textOf(name).replace(u'&', QLatin1String("&&")), this, [this, name] { askFor(name); });
    menu->popup(button->mapToGlobal(QPoint(0, button->height())));
}

void ChartThresholds::askFor(const SeriesName& name) {
    // Put together by hand: arg() would take the % of a name for a place of its own.
    QInputDialog* const question =
        makeLineQuestion(tr("Thresholds"),
                         tr("A line across the chart at each of these values, with blanks between them; none: no line.")
                             + u'\n' + textOf(name),
                         tr("Values"), m_window);
    QStringList values;
    if (const auto known = m_all.find(name); known != m_all.end())
        std::ranges::transform(known->second, std::back_inserter(values), realText);
    question->setTextValue(values.join(u' '));
    question->setOkButtonText(tr("Show"));
    connect(question, &QInputDialog::textValueSelected, this, [this, name](const QString& text) { set(name, text); });
    question->open();
}

void ChartThresholds::set(const SeriesName& name, const QString& text) {
    std::vector<double> values;
    for (const QString& word : text.simplified().split(u' ', Qt::SkipEmptyParts)) {
        bool isNumber = false;
        double value = word.toDouble(&isNumber);
        if (!isNumber) // as the screen's language writes it
            value = QLocale().toDouble(word, &isNumber);
        if (!isNumber || !(std::abs(value) <= greatestSample)) {
            Q_EMIT notice(tr("“%1” is no number; the thresholds are as they were.").arg(word));
            return;
        }
        values.push_back(value);
    }
    if (values.empty())
        m_all.erase(name);
    else
        m_all[name] = std::move(values);
    Q_EMIT changed();
}

QByteArray ChartThresholds::save() const {
    QJsonObject object;
    for (const auto& [name, values] : m_all) {
        QJsonArray array;
        for (const double value : values)
            array.append(value);
        object.insert(QString::fromUtf8(name.toText()), array);
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// Takes saved thresholds; leaves out what is no series' name or no number: settings may have been edited by hand.
void ChartThresholds::restore(const QByteArray& saved) {
    m_all.clear();
    const QJsonObject object = QJsonDocument::fromJson(saved).object();
    for (auto each = object.begin(); each != object.end(); ++each) {
        const Result<SeriesName> name = SeriesName::parse(each.key().toUtf8());
        std::vector<double> values;
        const QJsonArray array = each->toArray();
        for (const QJsonValueConstRef value : array) {
            if (value.isDouble())
                values.push_back(value.toDouble());
        }
        if (name && !values.empty())
            m_all[*name] = std::move(values);
    }
    Q_EMIT changed();
}

} // namespace portolan
