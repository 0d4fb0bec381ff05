/// The additions to the generated completion scripts: QEMU's options after `--`, and no space after a comma or an
/// equals sign.
enum CompletionScript {
  /// Returns a generated script with its additions; any other text unchanged.
  static func completed(_ text: String) -> String {
    guard ProgramArguments.words.first?.hasPrefix("--generate-completion-script") == true else { return text }
    // The last command of zsh's script completes the first line.
    let end = "\nif [[ \"${funcstack[1]}\""
    if text.hasPrefix("#compdef") { return text.replacing(end, with: "\n\(zsh)\(end)", maxReplacements: 1) }
    return text + "\n" + (text.hasPrefix("#!/bin/bash") ? bash : fish)
  }

  private static let bash = """

    _qemuctl_line() {
        local -r line="${COMP_LINE:0:${COMP_POINT}}"
        local -a words=()
        read -ra words <<<"${line}"
        [[ "${line}" == *[[:space:]] ]] && words+=('')
        if [[ " ${words[*]::${#words[@]}-1} " == *' -- '* ]]; then
            # The word may contain characters that split it for readline, such as an equals sign.
            local -r word="${words[${#words[@]}-1]}"
            local candidate
            COMPREPLY=()
            while IFS='' read -r candidate; do
                COMPREPLY+=("${candidate#"${word%"${2}"}"}")
            done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
            if [[ "${#COMPREPLY[@]}" -eq 0 ]]; then
                compopt -o default
            else
                compopt +o filenames
            fi
        else
            _qemuctl "${@}"
        fi
        if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" == *[=,] ]]; then
            compopt +o filenames -o nospace
        fi
    }

    complete -o filenames -F _qemuctl_line qemuctl
    """

  private static let zsh = """

    functions[__qemuctl_describe]="${functions[__qemuctl_complete]}"
    __qemuctl_complete() {
        local -ar open=("${(M)@:#*[=,]}")
        local -ar closed=("${@:#*[=,]}")
        (( ${#open} )) && compadd -S '' -- "${open[@]}"
        (( ${#closed} )) && __qemuctl_describe "${closed[@]}"
    }

    functions[_qemuctl_own]="${functions[_qemuctl]}"
    _qemuctl() {
        if (( ${words[(i)--]} >= CURRENT )); then
            _qemuctl_own "${@}"
            return
        fi
        local -a candidates
        candidates=("${(@f)$("${words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
        candidates=("${(@)candidates:#}")
        local -ar open=("${(@M)candidates:#*[=,]}")
        local -ar closed=("${(@)candidates:#*[=,]}")
        if (( ! ${#candidates} )); then
            compset -P '*='
            _files
            return
        fi
        (( ${#open} )) && compadd -S '' -- "${open[@]}"
        (( ${#closed} )) && compadd -- "${closed[@]}"
    }

    """

  private static let fish = """

    function __qemuctl_is_after_terminator
        contains -- -- (commandline -opc)
    end

    functions --copy __qemuctl_should_offer_completions_for_positional __qemuctl_should_offer_own_positional
    function __qemuctl_should_offer_completions_for_positional
        not __qemuctl_is_after_terminator; and __qemuctl_should_offer_own_positional $argv
    end

    function __qemuctl_qemu_options
        set -l words (commandline -opc)
        set -l candidates (command $words[1] __complete $words[2..] (commandline -ct) 2> /dev/null)
        if test (count $candidates) -gt 0
            printf '%s\\n' $candidates
        else
            set -l head (string match -r '^.*[=,]' -- (commandline -ct))
            set -l paths (__fish_complete_path (string replace -r '^.*[=,]' '' -- (commandline -ct)))
            printf '%s\\n' "$head"$paths
        end
    end
    complete -c qemuctl -n __qemuctl_is_after_terminator -a '(__qemuctl_qemu_options)'
    """
}
