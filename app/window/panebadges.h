#pragma once

#include "app/window/openstores.h"
#include "storage/base/worker.h"

#include <QObject>
#include <QTimer>

namespace portolan {

class Sidebar;

/// Keeps the figures beside the pane list: how many dead letters there are, exact while they are few, how many
/// components are silent, how many checks found something, and how many alerts fire. GUI thread.
class PaneBadges : public QObject {
    Q_OBJECT
public:
    /// Both are borrowed and outlive it.
    PaneBadges(OpenStores& stores, Sidebar& sidebar, QObject* parent = nullptr);

private:
    void begin();
    void count();
    void show(qint64 letters, bool exact);
    void showRejects(qint64 rejects, bool exact);
    void countSilent();
    void showChecks();
    void showAlerts();

    OpenStores& m_stores;
    Sidebar& m_sidebar;
    RequestScope m_asker;
    QMetaObject::Connection m_checks; ///< to the current store's
    QMetaObject::Connection m_alerts; ///< the same
    QTimer m_rest;                    ///< a store that changes all the time is counted once a second
    QTimer m_clock;                   ///< components fall silent without a change of the store
    RequestScope m_rejectAsker;
    RequestScope m_silentAsker;
    bool m_asked = false;
    bool m_askedSilent = false;
};

} // namespace portolan
