#pragma once

#include "storage/base/worker.h"
#include "storage/config/urls.h"

#include <QWidget>
#include <functional>
#include <optional>

namespace portolan {

class StoreWorker;

/// Stands before whatever changes a store: one that is marked as production has its name typed first (RELIABILITY §16).
/// GUI thread; waits for nothing.
class ProductionConfirmation : public QObject {
    Q_OBJECT
public:
    explicit ProductionConfirmation(QWidget* parent);
    void setChannel(StoreWorker* channel); ///< borrowed; null: no store

    /// Does it at once where the store is not marked, else once its name was typed. `deed` completes "Type its name to
    /// …". A later call takes the place of one that is not answered yet.
    void pass(const QString& deed, std::function<void()> act);

    /// The same for a deed that takes a store's place: its name is typed whether it is marked or not; `otherwise` is
    /// the name of one that is not.
    void passByName(const QString& deed, const QString& otherwise, std::function<void()> act);

    /// The same for a deed that asks for no reason by itself: the gate asks, and `act` has it for the audit; empty
    /// where the store is not marked. `other` is a store that is written to as well.
    using Act = std::function<void(const QByteArray& reason)>;
    void passWithReason(const QString& deed, Act act, const std::optional<StoreUrl>& other = {});

Q_SIGNALS:
    void refused(const QString& why);

private:
    void ask(const QString& deed, const std::optional<StoreUrl>& other, const std::function<void(bool marked)>& act);
    void askProduction(const QString& name, const QString& deed, const std::function<void()>& act);
    void askName(const QString& title, const QString& text, const QString& name, const std::function<void()>& act);
    void askReason(const Act& act);

    QWidget* m_parent;
    StoreWorker* m_channel = nullptr;
    RequestScope m_asker;
};

} // namespace portolan
