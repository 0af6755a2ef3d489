"""The command line. In: arguments, environment and files. Out: text on stdout and stderr, files, and an exit code.

Only this package prints and decides about exit codes: 0 clean, 1 findings, 2 could not judge.

Read `main` first: its table `COMMANDS` names the commands, and it turns errors into messages. A command is a module
with a function `command`, which reads its options, calls what is below and prints. `export_*` are the commands of
`export`. No commands: `arguments` (options that several commands have), `target` (what `check` is pointed at), `style`
(colour and width of stdout) and `progress` (a bar on stderr).
"""
