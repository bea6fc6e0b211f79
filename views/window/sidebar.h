#pragma once

#include <QWidget>

class QLabel;
class QListWidget;

namespace portolan {

/// The open stores above the pane list. Panes that cannot be opened are shown with the reason.
class Sidebar : public QWidget {
    Q_OBJECT
public:
    explicit Sidebar(QWidget* parent = nullptr);

    void setStores(const QStringList& names, int current);
    /// Why a pane cannot be shown for this store; empty: it can. `pane` counts as paneEntries().
    void setPaneReason(int pane, const QString& reason);
    void setCurrentPane(int pane);
    /// A figure beside a pane's name, and what it counts; empty: none.
    void setPaneBadge(int pane, const QString& figure, const QString& meaning);

Q_SIGNALS:
    void storeChosen(int store);
    void paneChosen(int pane);

protected:
    void changeEvent(QEvent* event) override;

private:
    void sizeStores();

    QLabel* m_storesTitle;
    QLabel* m_panesTitle;
    QListWidget* m_stores;
    QListWidget* m_panes;
};

} // namespace portolan
