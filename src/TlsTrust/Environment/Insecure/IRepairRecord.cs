using TlsTrust.Environment.Machines;

namespace TlsTrust.Environment.Insecure;

/// <summary>Who is told of each change before it is made.</summary>
internal interface IRepairRecord
{
    /// <summary>A variable will change.</summary>
    /// <param name="setting">Which.</param>
    /// <param name="before">As it is written now; null when it is not there.</param>
    /// <param name="after">What it will be; null when it goes.</param>
    public void Keep(InsecureSetting setting, StoredVariable? before, string? after);

    /// <summary>A file will change.</summary>
    /// <param name="settings">What in it.</param>
    /// <param name="before">Its bytes now.</param>
    /// <param name="after">Its bytes then.</param>
    public void Keep(IReadOnlyList<InsecureSetting> settings, byte[] before, byte[] after);
}
