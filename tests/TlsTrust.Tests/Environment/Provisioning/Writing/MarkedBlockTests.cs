using System.Text;
using TlsTrust.Environment.Provisioning.Writing;

namespace TlsTrust.Tests.Environment.Provisioning.Writing;

public sealed class MarkedBlockTests
{
    public static TheoryData<string?> Contents =>
        [(string?)null, "", "x", "x\n", "x\r\ny\r\n", "x\r\ny", "\uFEFFa\n\n\n", "# >>> TlsTrust half a block\n",
            "line\n# <<< TlsTrust <<<\n", "ünïcode\n"];

    [Theory]
    [MemberData(nameof(Contents))]
    public void Taking_the_block_out_gives_back_the_bytes_from_before(string? content)
    {
        byte[]? before = content is null ? null : Encoding.UTF8.GetBytes(content);
        byte[] once = MarkedBlock.Put(before, ["export A='ä b'"]);
        byte[] twice = MarkedBlock.Put(once, ["export A='c'", "export B='d'"]);
        Assert.Equal(before, MarkedBlock.TakeOut(once));
        Assert.Equal(before, MarkedBlock.TakeOut(twice));
        Assert.Equal(["export A='c'", "export B='d'"], MarkedBlock.Lines(twice));
        Assert.Equal(once, MarkedBlock.Put(once, ["export A='ä b'"]));
        Assert.Equal(once.AsSpan().Count((byte)'<'), twice.AsSpan().Count((byte)'<'));
    }

    [Fact]
    public void What_a_user_adds_behind_and_before_the_block_stays()
    {
        byte[] with = MarkedBlock.Put(Encoding.UTF8.GetBytes("a\n"), ["export A=1"]);
        byte[] edited = Encoding.UTF8.GetBytes("first\n" + Encoding.UTF8.GetString(with) + "last");
        Assert.Equal("first\na\nlast", Encoding.UTF8.GetString(MarkedBlock.TakeOut(edited)!));
    }
}
