#pragma once

#include <QWidget>

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

Q_SIGNALS:
    void storeChosen(int store);
    void paneChosen(int pane);

protected:
    void changeEvent(QEvent* event) override;

private:
    void sizeStores();

    QListWidget* m_stores;
    QListWidget* m_panes;
};

} // namespace portolan
