using TlsTrust.Diagnosis.Findings;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;
using TlsTrust.Lab.Pki;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Diagnosis;

public sealed class MachineFindingsTests
{
    [Fact]
    public void Names_each_variable_of_this_process_that_switches_verification_off()
    {
        LocalMachine machine =
            new(new Dictionary<string, string> { ["NODE_TLS_REJECT_UNAUTHORIZED"] = "0", ["GIT_SSL_NO_VERIFY"] = "false", ["LANG"] = "C" });

        Finding finding = Assert.Single(MachineFindings.OfSettings(InsecureScan.OfProcess(machine)));

        Assert.Equal((FindingId.InsecureSetting, Severity.Warning), (finding.Id, finding.Severity));
        Assert.Equal(2, finding.Evidence.Count);
    }

    [Fact]
    public void Says_nothing_where_verification_is_on() =>
        Assert.Empty(
            MachineFindings.OfSettings(
                InsecureScan.OfProcess(new LocalMachine(new Dictionary<string, string> { ["NODE_TLS_REJECT_UNAUTHORIZED"] = "1" }))));

    [Fact]
    public void A_fault_of_a_store_is_the_cause_only_where_no_anchor_is_left()
    {
        StoreFault fault = new() { Path = "/nowhere.pem", Reason = "no such file", Severity = Severity.Error };

        Assert.Equal(Severity.Error, Assert.Single(MachineFindings.OfStore(new TrustStore("empty", [], [fault]))).Severity);
        Assert.Equal(
            Severity.Warning,
            Assert.Single(
                MachineFindings.OfStore(
                    new TrustStore("part",
                        [new StoredCertificate(Judged.Read(new Judged().Root.Certificate), CertificateOrigin.File("x.pem"))],
                            [fault]))).Severity);
    }
}
