"""The scripts that tell bash and zsh how to complete a command line.

Click's own scripts complete nothing behind a ``=``: bash takes it for the end of a word, and passes on words
from which nobody can tell ``--data=seeds`` from ``--data = seeds``; zsh replaces the option together with its
value. The scripts here pass on the whole line of bash, and have zsh keep the option.
"""

from __future__ import annotations

import os

from click.shell_completion import BashComplete, ZshComplete, add_completion_class, split_arg_string


class WholeLineBashComplete(BashComplete):
    """Completion for bash that sees the line as it is typed, and returns what follows its last ``=``."""

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' response completion type value
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORD="${COMP_WORDS[COMP_CWORD]}" \\
        %(complete_var)s=bash_complete "$1")
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) COMPREPLY=(); compopt -o dirnames ;;
            file) COMPREPLY=(); compopt -o default ;;
            plain) COMPREPLY+=("$value"); [[ $value == *= ]] && compopt -o nospace ;;
        esac
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words of the line before the cursor, and the one that is being typed."""
        line = os.environ["COMP_LINE"]
        words = split_arg_string(line)
        incomplete = words.pop() if words and not line[-1].isspace() else ""
        return words[1:], incomplete

    def complete(self) -> str:
        """Return what bash may put in the place of its own word, which begins behind a ``=``."""
        args, incomplete = self.get_completion_args()
        items = self.get_completions(args, incomplete)
        word = os.environ["COMP_WORD"].lstrip("=")
        kept = incomplete.removesuffix(word)
        if kept.startswith("--"):  # which click takes away, too
            kept = kept.partition("=")[2]
        for item in items:
            item.value = item.value.removeprefix(kept)
        return "\n".join(map(self.format_completion, items))


class ValueZshComplete(ZshComplete):
    """Completion for zsh that leaves ``--option=`` in front of a value, and no space behind ``NAME=``."""

    source_template = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local -a response plain described assigned whole=(-U)
    local type key descr
    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s)}")
    [[ $words[CURRENT] == --*=* ]] && compset -P 1 '--*=' && whole=()
    for type key descr in ${response}; do
        case $type in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $descr == _ ]]; then plain+=("$key")
                elif [[ $key == *= ]]; then assigned+=("$key:$descr")
                else described+=("$key:$descr"); fi ;;
        esac
    done
    (( $#described )) && _describe -V values described $whole
    (( $#assigned )) && _describe -V parameters assigned $whole -S ''
    (( $#plain )) && compadd $whole -V values -a plain
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


# Click knows its classes by the names of their shells, and these take the places of its own.
add_completion_class(WholeLineBashComplete)
add_completion_class(ValueZshComplete)
