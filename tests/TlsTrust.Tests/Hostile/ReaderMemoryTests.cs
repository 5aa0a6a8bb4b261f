using System.Diagnostics;
using System.Globalization;

namespace TlsTrust.Tests.Hostile;

/// <summary>Whatever bytes a reader gets, it holds no more than ten times as much memory.</summary>
public sealed class ReaderMemoryTests(ReaderMemoryTests.Measured measured) : IClassFixture<ReaderMemoryTests.Measured>
{
    public static TheoryData<string> Readers => [.. ReaderMemory.Readers];

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_reader_holds_no_more_than_ten_times_its_input(string name) => Assert.Empty(measured.Of(name));

    [Fact]
    public void What_is_held_is_measured_and_what_was_let_go_is_not()
    {
        Assert.InRange(long.Parse(measured.Of(ReaderMemory.Held), CultureInfo.InvariantCulture),
            19L * ReaderMemory.Part, 25L * ReaderMemory.Part);
        Assert.InRange(long.Parse(measured.Of(ReaderMemory.LetGo), CultureInfo.InvariantCulture), long.MinValue, 5L * ReaderMemory.Part);
    }

    /// <summary>What the child said, once for all tests.</summary>
    public sealed class Measured
    {
        private readonly Dictionary<string, string> _said = [];
        private readonly string _end;

        public Measured()
        {
            using Process child = Process.Start(ChildProcess.Start("reader-memory"))!;
            Task<string> errors = child.StandardError.ReadToEndAsync();
            while (child.StandardOutput.ReadLine() is { } line)
            {
                string[] parts = line.Split('\t', 2);
                _said[parts[0]] = parts[1];
            }

            child.WaitForExit();
            _end = $"nothing was measured: the child ended with {child.ExitCode} after {_said.Keys.LastOrDefault()}. {errors.Result}";
        }

        public string Of(string name) => _said.GetValueOrDefault(name, _end);
    }
}
