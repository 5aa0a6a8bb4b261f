namespace TlsTrust.Tests;

public sealed class CauseTests
{
    [Fact]
    public void Every_cause_but_None_is_a_finding_of_the_same_name_and_value() =>
        Assert.All(Enum.GetValues<Cause>().Where(cause => cause != Cause.None), cause =>
            Assert.Equal(cause.ToString(), ((FindingId)(int)cause).ToString()));
}
