#include "views/ask/productionconfirmation.h"

#include "models/window/storeopener.h"
#include "storage/operations/operations.h"
#include "storage/storeworker.h"
#include "views/ask/textprompt.h"

namespace portolan {

namespace {

/// Of the store, else of the other one.
Result<std::optional<QString>> nameOf(Store& store, const std::optional<StoreUrl>& other, const CancelToken& token) {
    Result<std::optional<QString>> name = productionName(store);
    if (!name || !other || *other == store.url())
        return name;
    const auto opened = readingOpener(*other)(token);
    PORTOLAN_TRY(opened);
    Result<std::optional<QString>> second = productionName(**opened);
    if (second && *second && *name && **second != **name)
        return Error{ErrorCode::Unsupported,
                     ProductionConfirmation::tr("Both stores are production, with the names “%1” and “%2”.")
                         .arg(**name, **second)};
    return second && !*second ? name : second;
}

} // namespace

ProductionConfirmation::ProductionConfirmation(QWidget* parent) : QObject(parent), m_parent(parent) {}

void ProductionConfirmation::setChannel(StoreWorker* channel) {
    m_asker.cancelPending();
    m_channel = channel;
}

void ProductionConfirmation::pass(const QString& deed, std::function<void()> act) {
    ask(deed, {}, [act = std::move(act)](bool) { act(); });
}

void ProductionConfirmation::passByName(const QString& deed, const QString& otherwise, std::function<void()> act) {
    ask(deed, {}, [this, deed, otherwise, act = std::move(act)](bool marked) {
        if (marked)
            act();
        else
            askName(tr("Name the store"), tr("Type the name of the store, “%1”, to %2.").arg(otherwise, deed),
                    otherwise, act);
    });
}

void ProductionConfirmation::passWithReason(const QString& deed, Act act, const std::optional<StoreUrl>& other) {
    ask(deed, other, [this, act = std::move(act)](bool marked) {
        if (marked)
            askReason(act);
        else
            act({});
    });
}

/// A store that is not there is about to be made, and marked by nobody.
void ProductionConfirmation::ask(const QString& deed, const std::optional<StoreUrl>& other,
                                 const std::function<void(bool marked)>& act) {
    if (!m_channel)
        return;
    m_asker.cancelPending();
    m_channel->ask(
        m_asker, [other](Store& store, const CancelToken& token) { return nameOf(store, other, token); }, this,
        [this, deed, act](const Result<std::optional<QString>>& name) {
            if (!name && name.error().code != ErrorCode::NotFound)
                Q_EMIT refused(name.error().text);
            else if (name && *name)
                askProduction(**name, deed, [act] { act(true); });
            else
                act(false);
        });
}

void ProductionConfirmation::askReason(const Act& act) {
    QInputDialog* const question =
        makeLineQuestion(tr("Production store"), tr("Why? It goes into the audit."), tr("Reason"), m_parent);
    connect(question, &QInputDialog::textValueSelected, this, [this, act](const QString& typed) {
        const QByteArray reason = typed.trimmed().toUtf8();
        if (reason.isEmpty())
            Q_EMIT refused(tr("Nothing was done: a production store needs a reason."));
        else
            act(reason);
    });
    question->open();
}

void ProductionConfirmation::askProduction(const QString& name, const QString& deed, const std::function<void()>& act) {
    askName(tr("Production store"), tr("This is the production store “%1”. Type its name to %2.").arg(name, deed), name,
            act);
}

void ProductionConfirmation::askName(const QString& title, const QString& text, const QString& name,
                                     const std::function<void()>& act) {
    QInputDialog* const question = makeLineQuestion(title, text, tr("Name of the store"), m_parent);
    connect(question, &QInputDialog::textValueSelected, this, [this, name, act](const QString& typed) {
        if (typed.trimmed() == name)
            act();
        else
            Q_EMIT refused(tr("That is not the store's name; nothing was done."));
    });
    question->open();
}

} // namespace portolan
