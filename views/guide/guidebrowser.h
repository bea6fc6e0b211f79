#pragma once

#include <QTextBrowser>
#include <functional>

namespace portolan {

/// Shows chapters of the user guide and nothing else: no file, no network, no picture. Dressed in the theme, also when
/// that changes.
class GuideBrowser : public QTextBrowser {
    Q_OBJECT
public:
    /// A chapter's page as HTML, by its file.
    using Pages = std::function<QString(const QString& file)>;
    GuideBrowser(Pages pages, QWidget* parent);

    QVariant loadResource(int type, const QUrl& name) override;
    /// Shows the page again, at the place where it was.
    void showAgain();

Q_SIGNALS:
    /// A link that leads out of the guide was pressed; it is not followed.
    void leftAlone(const QUrl& url);
    /// The page is another one, or the same again: what was marked in it is gone.
    void shown();

protected:
    void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override;
    void changeEvent(QEvent* event) override;

private:
    void dress();
    void keepSignsApart();

    Pages m_pages;
    bool m_isDressing = false;
};

} // namespace portolan
