#include "views/productiongate.h"

#include "storage/channel.h"
#include "storage/operations.h"
#include "views/linequestion.h"

namespace portolan {

ProductionGate::ProductionGate(QWidget* parent) : QObject(parent), m_parent(parent) {}

void ProductionGate::setChannel(Channel* channel) {
    m_asker.renew();
    m_channel = channel;
}

void ProductionGate::pass(const QString& deed, std::function<void()> act) {
    if (!m_channel)
        return;
    m_asker.renew();
    m_channel->ask(
        m_asker, [](Store& store, const CancelToken&) { return productionName(store); }, this,
        [this, deed, act = std::move(act)](const Result<std::optional<QString>>& name) {
            if (!name)
                Q_EMIT refused(name.error().text);
            else if (*name)
                askName(**name, deed, act);
            else
                act();
        });
}

void ProductionGate::askName(const QString& name, const QString& deed, const std::function<void()>& act) {
    QInputDialog* const question = makeLineQuestion(
        tr("Production store"), tr("This is the production store “%1”. Type its name to %2.").arg(name, deed),
        tr("Name of the store"), m_parent);
    connect(question, &QInputDialog::textValueSelected, this, [this, name, act](const QString& typed) {
        if (typed.trimmed() == name)
            act();
        else
            Q_EMIT refused(tr("That is not the store's name; nothing was done."));
    });
    question->open();
}

} // namespace portolan
