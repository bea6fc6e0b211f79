#pragma once

#include "models/list/format.h"
#include "storage/receive/receiver.h"

#include <QWidget>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace portolan {

class Badge;
class FilterLine;
class KindStatistics;
class KindTable;

/// How the way to the store is, for its badges.
struct StoreConnection {
    enum class State { Opening, Live, Stale, NotConnected };
    State state = State::Opening;
    QString since;      ///< Stale: when it answered last
    QString problem;    ///< in words
    QString production; ///< the name under which it is marked; empty: it is not
    QString standby;    ///< of a standby: how far it is after its primary; empty: it is none
    friend bool operator==(const StoreConnection&, const StoreConnection&) = default;
};

/// The bar above everything: which store, how it is, what is received, the filter. Under it, when there is something
/// to say: a mistake in the filter, or, when wanted, the account of each kind received.
class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(QWidget* parent = nullptr);

    [[nodiscard]] FilterLine* filter() const { return m_filter; }
    [[nodiscard]] QPushButton* savedViews() const { return m_views; } ///< beside the filter
    void setStore(const QString& name, const QString& url);
    void setNoStore();
    /// Why this store cannot receive; empty: it can.
    void setCannotReceive(const QString& reason);
    void setLive(bool live);
    void setConnection(const StoreConnection& connection);
    void setTimeDisplay(TimeDisplay display);
    /// Shows the window's time range in words, with the way back to all times; empty: all are shown.
    void setTimes(const QString& range);

    /// Shows what is received; `source` without password. Null: nothing.
    void showReceiver(const ReceiverStatus* status, const QString& source);
    void addNotice(QWidget* notice); ///< under everything else

Q_SIGNALS:
    void startWanted();
    void stopWanted();
    void pauseReceivingWanted(); ///< or to go on
    void chooseSourceWanted();
    void liveToggled();
    void timeDisplayToggled();
    void allTimesWanted();
    void paletteWanted();
    void searchWanted();
    void exportWanted();
    void reportWanted();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeMain();
    void placeFilter();
    void measureWords();
    void showWords(bool areShown);
    void orderTabs();
    void showKinds();
    void showLive();

    QVBoxLayout* m_lines = nullptr;
    QHBoxLayout* m_line = nullptr;
    int m_filterPlace = 0; ///< in m_line
    /// A button that has its word beside its icon where there is room.
    struct WordButton {
        QPushButton* button;
        QString word;
    };
    std::vector<WordButton> m_words;
    int m_wordsWidth = -1; ///< of all words together; -1: not measured yet
    bool m_hasWords = false;
    QLabel* m_name;
    Badge* m_access;
    Badge* m_production;
    Badge* m_standby;
    QPushButton* m_live;
    bool m_isLive = true; ///< not paused
    StoreConnection m_connection;
    Badge* m_receiving;
    QLabel* m_status;
    QPushButton* m_showKinds;
    FilterLine* m_filter;
    QPushButton* m_views;
    QPushButton* m_start;
    QPushButton* m_stop;
    QPushButton* m_pause;
    QPushButton* m_changeSource;
    QPushButton* m_zone;
    QPushButton* m_times;
    QPushButton* m_search;
    QPushButton* m_export;
    QPushButton* m_report;
    QLabel* m_mistake;
    KindStatistics* m_account;
    KindTable* m_kinds = nullptr; ///< null: it was not asked for yet
};

} // namespace portolan
