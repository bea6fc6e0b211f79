#include "app/window/storeopening.h"

#include "app/desktop/settings.h"
#include "app/window/actions.h"
#include "app/window/openstores.h"
#include "storage/export/bundlefile.h"
#include "views/connect/keychain.h"
#include "views/connect/openform.h"
#include "views/connect/welcomepage.h"

#include <QAction>
#include <QFileInfo>
#include <algorithm>
#include <array>

namespace portolan {

QString droppedStoreUrl(const QUrl& dropped) {
    const QFileInfo file(dropped.toLocalFile());
    const QString path = dropped.path(QUrl::FullyEncoded);
    if (!file.exists())
        return {};
    if (file.isDir())
        return QStringLiteral("file://") + path;
    if (file.fileName().startsWith(QLatin1String("messages_batch_")))
        return QStringLiteral("file://") + path.left(path.lastIndexOf(u'/'));
    return (isZipFile(file.filePath()) ? QStringLiteral("bundle://") : QStringLiteral("sqlite://")) + path;
}

bool isRowFile(const QUrl& dropped) {
    constexpr std::array endings{QLatin1String("csv"), QLatin1String("jsonl"), QLatin1String("ndjson")};
    const QFileInfo file(dropped.toLocalFile());
    return file.isFile() && std::ranges::find(endings, file.suffix().toLower()) != endings.end();
}

StoreOpening::StoreOpening(const Actions& actions, OpenStores& stores, Settings& settings, WelcomePage& welcome,
                           QWidget* window)
    : m_stores(stores)
    , m_settings(settings)
    , m_window(window)
    , m_form([this] { return makeForm(); }) {
    actions.on(ActionId::Open, this, [this] { m_form->ask(); });
    actions.on(ActionId::OpenFolder, this, [this] { m_form->chooseFolder(); });
    actions.on(ActionId::OpenDatabase, this, [this] { m_form->chooseDatabase(); });
    actions.on(ActionId::OpenServer, this, [this] { m_form->askServer(); });
    actions.on(ActionId::OpenSample, this, [this] { openSample(LiveStore::sampleSource()); });
    connect(&welcome, &WelcomePage::sampleWanted, actions[ActionId::OpenSample], &QAction::trigger);
    connect(&welcome, &WelcomePage::folderWanted, actions[ActionId::OpenFolder], &QAction::trigger);
    connect(&welcome, &WelcomePage::databaseWanted, actions[ActionId::OpenDatabase], &QAction::trigger);
    connect(&welcome, &WelcomePage::serverWanted, actions[ActionId::OpenServer], &QAction::trigger);
    connect(&welcome, &WelcomePage::urlWanted, actions[ActionId::Open], &QAction::trigger);
    connect(&welcome, &WelcomePage::recentWanted, this, [this](const QString& url) { openUrl(url); });
    connect(&m_stores, &OpenStores::refused, this, [this](const auto&... what) { m_form->askPassword(what...); });
}

OpenForm* StoreOpening::makeForm() {
    auto* const form = new OpenForm(m_window);
    connect(form, &OpenForm::storeGiven, this, [this](const StoreUrl& url) { openStore(url); });
    return form;
}

void StoreOpening::openUrl(const QString& text, const std::function<void(LiveStore&)>& then) {
    const auto url = StoreUrl::parse(text);
    if (!url) {
        m_form->refuse(url.error().text);
        return;
    }
    if (OpenForm* const form = m_form.made())
        form->hide();
    openStore(*url, then);
}

void StoreOpening::openStore(const StoreUrl& url, const std::function<void(LiveStore&)>& then) {
    m_settings.addRecentStore(url.display());
    keychain::complete(url, this, [this, then](const StoreUrl& complete, const QString& problem) {
        if (!problem.isEmpty())
            Q_EMIT notice(problem);
        LiveStore& store = m_stores.open(complete);
        if (then)
            then(store);
    });
}

void StoreOpening::openSample(const SourceUrl& receive) {
    m_stores.add(LiveStore::sample()).receiveWhenOpen(receive);
}

} // namespace portolan
