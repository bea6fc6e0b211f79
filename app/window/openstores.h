#pragma once

#include "app/window/livestore.h"

#include <QObject>
#include <memory>
#include <vector>

namespace portolan {

/// The stores that a window has open, and which of them it shows. GUI thread.
class OpenStores : public QObject {
    Q_OBJECT
public:
    explicit OpenStores(QObject* parent = nullptr);
    ~OpenStores() override;

    /// Shows the store, opening it unless it is open already.
    LiveStore& open(const StoreUrl& url);
    LiveStore& add(std::unique_ptr<LiveStore> store);
    void closeCurrent();
    void show(int store);
    void showNext();
    bool showStore(const QString& key); ///< false: none of that key is open any more

    [[nodiscard]] LiveStore* current() const; ///< null: none is open
    [[nodiscard]] std::vector<LiveStore*> all() const;
    [[nodiscard]] int currentIndex() const { return m_current; }
    [[nodiscard]] QStringList names() const;

    /// Ends all that writes; allStopped() tells the end (at once, when none runs).
    void stopAll();
    [[nodiscard]] bool anyRunning() const;

Q_SIGNALS:
    void aboutToLeave();   ///< current() will be another
    void currentChanged(); ///< what is shown must come from current() now
    void receiverChanged();
    void storeChanged();                                         ///< rows of current() may have come or gone
    void connectionChanged();                                    ///< whether current() answers, and how it is marked
    void storeOpened();                                          ///< what current() can do is known
    void replacementWanted(const portolan::RestoreOrder& order); ///< in the place of current()
    /// The server of one of them does not take its password, or wants one.
    void refused(const portolan::StoreUrl& url, const QString& why);
    void allStopped();
    // Of any of them:
    void notice(const QString& text);
    void alertFired(const portolan::LiveStore& store, const portolan::AlertReading& alert);
    void alertCleared(const portolan::LiveStore& store, const portolan::AlertReading& alert);

private:
    void setCurrent(int store);

    std::vector<std::unique_ptr<LiveStore>> m_stores;
    std::vector<std::unique_ptr<LiveStore>> m_leaving; ///< closed, their receivers still ending
    int m_current = -1;
};

} // namespace portolan
