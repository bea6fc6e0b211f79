#pragma once

#include "storage/base/worker.h"

#include <QWidget>
#include <functional>

namespace portolan {

class Channel;

/// Stands before whatever changes a store: one that is marked as production has its name typed first (RELIABILITY §11).
/// GUI thread; waits for nothing.
class ProductionGate : public QObject {
    Q_OBJECT
public:
    explicit ProductionGate(QWidget* parent);
    void setChannel(Channel* channel); ///< borrowed; null: no store

    /// Does it at once where the store is not marked, else once its name was typed. `deed` completes "Type its name to
    /// …". A later call takes the place of one that is not answered yet.
    void pass(const QString& deed, std::function<void()> act);

Q_SIGNALS:
    void refused(const QString& why);

private:
    void askName(const QString& name, const QString& deed, const std::function<void()>& act);

    QWidget* m_parent;
    Channel* m_channel = nullptr;
    Asker m_asker;
};

} // namespace portolan
