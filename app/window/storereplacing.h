#pragma once

#include "models/operations/operationscontroller.h"

#include <QObject>
#include <memory>
#include <optional>

class QProgressDialog;

namespace portolan {

class OpenStores;

/// Restores a backup in the place of the store that is shown: closes it, so that nobody here has it open, restores, and
/// opens it again, whatever came of that. The window is blocked meanwhile, with what was read and a button that ends
/// it. GUI thread.
class StoreReplacing : public QObject {
    Q_OBJECT
public:
    /// Both are borrowed and outlive it.
    StoreReplacing(OpenStores& stores, QWidget* window);
    ~StoreReplacing() override; ///< ends what runs: the store is as it was, or what the backup was

Q_SIGNALS:
    void replaced(); ///< or not; the store is shown again
    void notice(const QString& text);

private:
    void begin(const RestoreOrder& order);
    void showProgress();
    void end();

    OpenStores& m_stores;
    QWidget* m_window;
    std::unique_ptr<OperationsController> m_desk; ///< null: nothing is being replaced
    StoreUrl m_url;
    QString m_name;
    std::optional<Error> m_failure;
    std::unique_ptr<QProgressDialog> m_progress;
};

} // namespace portolan
