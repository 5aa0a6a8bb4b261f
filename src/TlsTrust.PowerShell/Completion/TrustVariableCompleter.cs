using System.Collections;
using TlsTrust.Environment.Catalogue;

namespace TlsTrust.PowerShell.Completion;

/// <summary>Completes variables that can be provisioned.</summary>
public sealed class TrustVariableCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words(IDictionary boundParameters) =>
        ProgramCatalogue.ProvisionedVariables.Select(name =>
            (name, "read by "
                + string.Join(", ",
                    ProgramCatalogue.Programs.Where(program =>
                        program.Settings.Any(setting => setting.Name == name && setting.Provision is not null))
                            .Select(program => program.Id))));
}
