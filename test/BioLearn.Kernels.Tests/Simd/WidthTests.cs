using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Tests.Simd;

/// <summary>Runs the tests of all <see cref="EveryWidthAttribute"/> classes with wide instructions switched off.</summary>
public class WidthTests(WidthTests.NarrowRuns runs) : IClassFixture<WidthTests.NarrowRuns>
{
    /// <summary>Widest vectors, and the variable that leaves them.</summary>
    public static TheoryData<int, string> Widths => new() { { 256, "DOTNET_EnableAVX512" }, { 128, "DOTNET_EnableAVX2" }, { 0, "DOTNET_EnableHWIntrinsic" } };

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task Kernels_with_narrower_vectors_pass_the_same_tests(int bits, string switchedOff)
    {
        if (Hardware.VectorBits <= bits)
            return;
        var (exitCode, output) = await runs.Of(bits);
        Assert.True(exitCode == 0, $"{switchedOff}=0:\n{output}");
    }

    /// <summary>The processes, begun together: each has work for one core.</summary>
    public sealed class NarrowRuns
    {
        private readonly Dictionary<int, Task<(int ExitCode, string Output)>> _runs = Widths.Select(row => (Bits: (int)row[0], SwitchedOff: (string)row[1]))
            .Where(run => Hardware.VectorBits > run.Bits).ToDictionary(run => run.Bits, run => RunAsync(run.Bits, run.SwitchedOff));

        public Task<(int ExitCode, string Output)> Of(int bits) => _runs[bits];

        private static async Task<(int ExitCode, string Output)> RunAsync(int bits, string switchedOff)
        {
            var start = new ProcessStartInfo(DotnetHost()) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add(typeof(WidthTests).Assembly.Location);
            start.ArgumentList.Add(bits.ToString(CultureInfo.InvariantCulture));
            start.Environment[switchedOff] = "0";
            using Process child = Process.Start(start)!;
            Task<string> errors = child.StandardError.ReadToEndAsync();
            string output = await child.StandardOutput.ReadToEndAsync();
            await child.WaitForExitAsync();
            return (child.ExitCode, output + await errors);
        }

        private static string DotnetHost()
        {
            string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
            return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        }
    }
}
