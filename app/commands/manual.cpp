#include "app/commands/manual.h"

#include "app/commands/commandline.h"
#include "app/console/version.h"

#include <QStringList>

namespace portolan {

namespace {

/// Escapes a text for troff: backslashes and hyphens as they stand, no line that begins as a macro does.
QByteArray troff(const QByteArray& text) {
    QByteArray escaped = QByteArray(text).replace('\\', "\\e").replace('-', "\\-");
    escaped.replace("\",\"", "\",\\:\""); // a document is one word, which may be broken after its members
    escaped.replace("},{", "},\\:{").replace(":[{", ":\\:[{").replace(":{\"", ":\\:{\"");
    QByteArray lines;
    for (const QByteArray& line : escaped.split('\n')) {
        if (!lines.isEmpty())
            lines += '\n';
        lines += line.startsWith('.') || line.startsWith('\'') ? "\\&" + line : line;
    }
    return lines;
}

QByteArray optionOf(const OptionSpec& option) {
    const QByteArray name = ".TP\n.B \\-\\-" + troff(option.name);
    const QByteArray value = option.value ? " \\fI" + troff(option.value) + "\\fR" : QByteArray();
    return name + value + '\n' + troff(option.text) + (option.required ? " (needed)\n" : "\n");
}

QByteArray sectionOf(const CommandSpec& spec) {
    QByteArray text = ".SS " + troff(spec.name);
    for (const ArgumentSpec& argument : spec.arguments)
        text += ' ' + troff(argument.name);
    text += '\n' + troff(spec.summary) + '\n';
    for (const ArgumentSpec& argument : spec.arguments)
        text += ".TP\n.I " + troff(argument.name) + '\n' + troff(argument.help().toUtf8()) + '\n';
    for (const OptionSpec& option : optionsOf(spec))
        text += optionOf(option);
    if (spec.notes)
        text += ".PP\n" + troff(spec.notes) + '\n';
    return text;
}

/// Returns what the first word after a command may be; empty: anything.
QByteArray firstWords(const CommandSpec& spec) {
    const bool hasWords = !spec.arguments.empty() && spec.arguments.front().words;
    return hasWords ? spec.arguments.front().words().join(u' ').toUtf8() : QByteArray();
}

bool takesWords(const OptionSpec& option) {
    return option.value && QByteArray(option.value).contains('|');
}

QByteArrayList wordsOfValue(const OptionSpec& option) {
    return QByteArray(option.value).split('|');
}

QByteArray quoted(QByteArray text) {
    return '\'' + text.replace('\'', "'\\''") + '\'';
}

QByteArray bashCompletion() {
    QByteArray names;
    QByteArray cases;
    for (const CommandSpec* spec : commands()) {
        names += QByteArray(spec->name) + ' ';
        QByteArray words;
        for (const OptionSpec& option : optionsOf(*spec))
            words += QByteArray("--") + option.name + ' ';
        cases += QByteArray("    ") + spec->name + ") words=\"" + words + "--help\"";
        const QByteArray first = firstWords(*spec);
        cases += first.isEmpty() ? QByteArray(" ;;\n") : "; more=\"" + first + "\" ;;\n";
    }
    QByteArray window;
    for (const OptionSpec& option : windowOptionsOf())
        window += QByteArray("--") + option.name + ' ';
    return "# bash completion for portolan, made by `portolan completion bash`.\n"
           "_portolan() {\n"
           "  local cur=${COMP_WORDS[COMP_CWORD]} words='' more=''\n"
           "  COMPREPLY=()\n"
           "  if ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then\n"
           "    COMPREPLY=($(compgen -W \""
           + names
           + "\" -- \"$cur\") $(compgen -f -- \"$cur\"))\n"
             "    return\n"
             "  fi\n"
             "  case ${COMP_WORDS[1]} in\n"
           + cases + "    *) words=\"" + window
           + "--version\" ;;\n"
             "  esac\n"
             "  if [[ $cur == -* ]]; then\n"
             "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
             "  elif ((COMP_CWORD == 2)) && [[ -n $more ]]; then\n"
             "    COMPREPLY=($(compgen -W \"$more\" -- \"$cur\"))\n"
             "  else\n"
             "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
             "  fi\n"
             "}\n"
             "complete -o filenames -F _portolan portolan\n";
}

QByteArray zshText(const char* text) {
    return QByteArray(text).replace('\\', "\\\\").replace(':', "\\:").replace('[', "\\[").replace(']', "\\]");
}

QByteArray zshOption(const OptionSpec& option) {
    QByteArray word = QByteArray("--") + option.name;
    if (!option.value)
        return quoted(word + '[' + zshText(option.text) + ']');
    word += "=[" + zshText(option.text) + "]:" + zshText(option.value) + ':';
    return quoted(word + (takesWords(option) ? '(' + wordsOfValue(option).join(' ') + ')' : QByteArray("_files")));
}

QByteArray zshCompletion() {
    QByteArray commandWords;
    QByteArray cases;
    for (const CommandSpec* spec : commands()) {
        commandWords += "    " + quoted(QByteArray(spec->name) + ':' + zshText(spec->summary)) + '\n';
        cases += QByteArray("    ") + spec->name + ")\n      _arguments";
        for (const OptionSpec& option : optionsOf(*spec))
            cases += " \\\n        " + zshOption(option);
        cases += " \\\n        '--help[this text]'";
        if (const QByteArray first = firstWords(*spec); !first.isEmpty())
            cases += " \\\n        " + quoted(QByteArray("1:") + spec->arguments.front().name + ":(" + first + ')');
        cases += " \\\n        '*:file:_files'\n      ;;\n";
    }
    QByteArray window;
    for (const OptionSpec& option : windowOptionsOf())
        window += " \\\n        " + zshOption(option);
    return "#compdef portolan\n# Made by `portolan completion zsh`.\n_portolan() {\n"
           "  local context state line\n"
           "  local -a commands=(\n"
           + commandWords
           + "  )\n"
             "  if ((CURRENT == 2)); then\n"
             "    _describe command commands\n"
             "    _files\n"
             "    return\n"
             "  fi\n"
             "  local command=${words[2]}\n"
             "  shift words\n"
             "  ((CURRENT--))\n"
             "  case $command in\n"
           + cases + "    *)\n      _arguments" + window
           + " \\\n        '--version[the version]' '*:file:_files'\n      ;;\n"
             "  esac\n"
             "}\n"
             "_portolan \"$@\"\n";
}

QByteArray fishLine(const char* seen, const OptionSpec& option) {
    QByteArray line = "complete -c portolan -n " + quoted(QByteArray(seen)) + " -l " + option.name;
    if (takesWords(option))
        line += " -x -a " + quoted(wordsOfValue(option).join(' '));
    else if (option.value)
        line += " -r";
    return line + " -d " + quoted(option.text) + '\n';
}

QByteArray fishCompletion() {
    QByteArray text = "# fish completion for portolan, made by `portolan completion fish`.\n";
    for (const CommandSpec* spec : commands()) {
        text += QByteArray("complete -c portolan -n __fish_use_subcommand -a ") + spec->name + " -d "
                + quoted(spec->summary) + '\n';
        const QByteArray seen = QByteArray("__fish_seen_subcommand_from ") + spec->name;
        for (const OptionSpec& option : optionsOf(*spec))
            text += fishLine(seen, option);
        if (const QByteArray first = firstWords(*spec); !first.isEmpty())
            text += "complete -c portolan -n " + quoted(seen) + " -a " + quoted(first) + '\n';
    }
    for (const OptionSpec& option : windowOptionsOf())
        text += fishLine("__fish_use_subcommand", option);
    return text;
}

} // namespace

QByteArray manualPage(const QByteArray& date) {
    QByteArray text =
        ".TH PORTOLAN 1 \"" + date + "\" \"Portolan " + troff(version())
        + "\" \"User Commands\"\n"
          ".nh\n.ad l\n" // words that are not to be parted, beside narrow columns
          ".SH NAME\nportolan \\- desktop console for message pipelines\n"
          ".SH SYNOPSIS\n.B portolan\n[\\fISTORE\\fR] [\\fIOPTIONS\\fR]\n.br\n.B portolan\n"
          "\\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
          ".SH DESCRIPTION\n"
          "Shows what a message pipeline carries: batches as they fill, port queues, why messages died and what\n"
          "they have in common, checkpoints and how they changed, sensor events, metrics over years. It replays\n"
          "dead letters without losing or doubling one, receives messages from Redis and Kafka, and writes\n"
          "reports. Everything the window does is also a command.\n"
          ".PP\nWithout a command it opens the window on a store, or on its welcome page:\n";
    for (const OptionSpec& option : windowOptionsOf())
        text += optionOf(option);
    text +=
        ".SH STORES\n"
        "\\fBfile:///folder\\fR (batch files), \\fBsqlite:///path.db\\fR, \\fBpostgresql://user@host/database\\fR,\n"
        "\\fBbundle:///file.zip\\fR (an incident bundle, for reading), or a path.\n"
        "\\fB?schema=\\fINAME\\fR after a database on a server opens a pipeline in another schema than public.\n"
        ".SH COMMANDS\n";
    for (const CommandSpec* spec : commands())
        text += sectionOf(*spec);
    text +=
        ".SH FILTERS\n"
        "Terms side by side mean and; \\fBor\\fR, \\fBnot\\fR, \\fB( )\\fR. \\fIcolumn\\fR:\\fIvalue\\fR equals;\n"
        ":\\fIa\\fR,\\fIb\\fR any of; >, >=, <, <=; ~\\fItext\\fR contains; \\fIcolumn\\fR:* is set. age>2h measures "
        "from\n"
        "the time of the row: of dead letters when they died, of pending messages when they became pending.\n"
        "created_at>-2h is since two hours ago. data.a.b[0]:\\fIx\\fR reaches into a document. A bare word or a "
        "\"quoted phrase\" "
        "searches\n"
        "the text of the row.\n"
        ".SH ENVIRONMENT\n"
        ".TP\n.B PORTOLAN_PASSWORD\nthe password of a store on a server that names none\n"
        ".TP\n.B PORTOLAN_FROM_PASSWORD\nthat of the source of a receiver\n"
        ".TP\n.B PORTOLAN_FROM_SENTINEL_PASSWORD\nthat of the sentinels of such a source\n"
        ".TP\n.B PORTOLAN_TO_PASSWORD\nthat of the target of a replay\n"
        ".TP\n.B PG*\nas libpq has them\n"
        ".SH EXIT STATUS\n"
        ".TP\n.B 0\ndone\n.TP\n.B 1\nfailed\n.TP\n.B 2\nwrong usage\n.TP\n.B 3\ndone, but something was found or left "
        "out\n.TP\n.B 130\ninterrupted\n";
    return text;
}

std::optional<QByteArray> completionFor(const QString& shell) {
    if (shell == QLatin1String("bash"))
        return bashCompletion();
    if (shell == QLatin1String("zsh"))
        return zshCompletion();
    if (shell == QLatin1String("fish"))
        return fishCompletion();
    return std::nullopt;
}

} // namespace portolan
