#pragma once

#include "models/operations/migrationmodels.h"
#include "models/operations/operationscontroller.h"
#include "views/ask/productionconfirmation.h"
#include "views/list/listpane.h"

#include <QPointer>

class QPushButton;

namespace portolan {

class ErrorBar;

/// `Migrations`: the versions of the schema, and the buttons that bring it up, down, or into an empty or another
/// program's database. GUI thread.
class MigrationsView final : public ListPane {
    Q_OBJECT
public:
    explicit MigrationsView(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override {} ///< rows come and go all the time, versions by a migration: that is told
    void refreshAll() override;
    bool showPart(const QString& part) override;   ///< "up": also shows what going up would do
    [[nodiscard]] bool isSettled() const override; ///< the buttons know the versions, too

private:
    QWidget* makeButtons();
    void askVersions();
    void goUp();
    void showButtons();
    void chooseVersion(int row);
    void openDialog(bool isUp);

    QPointer<OperationsController> m_desk;
    RequestScope m_looking;
    RequestScope m_reading;
    bool m_isReading = false;
    bool m_isUpWanted = false;              ///< as soon as the versions are known
    std::vector<MigrationEntry> m_versions; ///< rising; none while they are being read
    QString m_cannot;                       ///< why they could not be
    ProductionConfirmation m_gate;
    MigrationModel m_migrations;
    ErrorBar* m_error;
    ListFrame* m_frame;
    QPushButton* m_up;
    QPushButton* m_down;
};

} // namespace portolan
