using System.Collections;
using TlsTrust.Environment.Catalogue;

namespace TlsTrust.PowerShell.Completion;

/// <summary>Completes the ids of programs in the catalogue.</summary>
public sealed class ProgramCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words(IDictionary boundParameters) =>
        ProgramCatalogue.Programs.Select(program =>
            (program.Id, program.Tested is null ? program.Name : $"{program.Name} (tried: {program.Tested})"));
}
