#include "app/window/storereplacing.h"

#include "app/console/actor.h"
#include "app/console/version.h"
#include "app/window/openstores.h"
#include "models/list/format.h"
#include "models/window/storeopener.h"

#include <QProgressDialog>
#include <QPushButton>

namespace portolan {

StoreReplacing::StoreReplacing(OpenStores& stores, QWidget* window) : m_stores(stores), m_window(window) {
    // Not under the feet of the desk that asks: it goes with its store.
    connect(&m_stores, &OpenStores::replacementWanted, this, &StoreReplacing::begin, Qt::QueuedConnection);
}

StoreReplacing::~StoreReplacing() = default;

void StoreReplacing::begin(const RestoreOrder& order) {
    LiveStore* const store = m_stores.current();
    if (m_desk || !store || store->url() != order.into)
        return;
    if (store->isSample() || store->isBusy()) {
        Q_EMIT notice(store->isSample()
                          ? tr("The sample pipeline is not replaced: restore the backup into a place of its own.")
                          : tr("Nothing was replaced: something still writes to %1. End it first.").arg(store->name()));
        return;
    }
    m_url = store->url();
    m_name = store->name();
    m_failure.reset();
    m_stores.closeCurrent();
    // It restores alone, which opens what it needs by itself.
    m_desk = std::make_unique<OperationsController>(m_url, readingOpener(m_url), actorName(),
                                                    "Portolan " + QByteArray(version()));
    connect(m_desk.get(), &OperationsController::failed, this,
            [this](OperationJob::Kind, const Error& error) { m_failure = error; });
    connect(m_desk.get(), &OperationsController::jobsChanged, this, &StoreReplacing::showProgress);
    connect(m_desk.get(), &OperationsController::idle, this, &StoreReplacing::end, Qt::QueuedConnection);
    m_progress = std::make_unique<QProgressDialog>(m_window);
    m_progress->setWindowTitle(tr("Restoring"));
    m_progress->setWindowModality(Qt::WindowModal);
    m_progress->setRange(0, 0);
    m_progress->setMinimumDuration(0);
    m_progress->setAutoReset(false);
    auto* const cancel = new QPushButton(tr("Cancel"), m_progress.get());
    m_progress->setCancelButton(cancel);
    disconnect(m_progress.get(), &QProgressDialog::canceled, m_progress.get(), &QProgressDialog::cancel); // it stays
    connect(m_progress.get(), &QProgressDialog::canceled, this, [this] {
        if (m_desk)
            m_desk->stop();
        showProgress();
    });
    m_desk->restore(order);
    showProgress();
    m_progress->open();
}

void StoreReplacing::showProgress() {
    if (!m_desk || m_desk->jobs().empty() || !m_progress)
        return;
    const OperationJob& job = m_desk->jobs().back();
    m_progress->setLabelText(
        job.stopping
            ? tr("Stopping: %1 stays as it is.").arg(m_name)
            : tr("Restoring in the place of %1, which is closed meanwhile. %2 read.").arg(m_name, byteSize(job.done)));
}

void StoreReplacing::end() {
    if (!m_desk)
        return;
    m_progress.reset();
    const OperationJob job = m_desk->jobs().back();
    m_desk.reset();
    m_stores.open(m_url).operations().adopt(job, m_failure);
    Q_EMIT replaced();
}

} // namespace portolan
