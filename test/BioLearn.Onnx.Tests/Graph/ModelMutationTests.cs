using System.Diagnostics;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using Xunit.Abstractions;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>
/// Damaged model files end in the documented error or run; nothing else is thrown, nothing hangs, no memory is taken for
/// sizes that are only claimed. BIOLEARN_MUTATED_MODELS sets another number than 400 (10000 takes minutes).
/// </summary>
public class ModelMutationTests(ITestOutputHelper output)
{
    // Of the processor, so that others on the machine prolong nothing; tests beside this one add little. What waits for ever is ended by the runner.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("BIOLEARN_MUTATED_MODELS"), out int count) ? count : 400;

    [Fact]
    public void Mutated_model_is_refused_with_the_documented_error_or_runs()
    {
        var mutator = new ModelMutator(seed: 2024, [.. OwnModels()]);
        int refused = 0, ran = 0;
        long largest = 0;
        TimeSpan slowest = TimeSpan.Zero;
        for (int i = 0; i < Count; i++)
        {
            byte[] model = mutator.Next();
            TimeSpan begun = Process.GetCurrentProcess().TotalProcessorTime;
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Run(model);
                ran++;
            }
            catch (OnnxModelException)
            {
                refused++;
            }
            catch (Exception e)
            {
                string path = Path.Combine(Path.GetTempPath(), $"mutant-{i}.onnx");
                File.WriteAllBytes(path, model);
                Assert.Fail($"mutant {i}, kept as {path}, ended in {e}");
            }
            largest = Math.Max(largest, GC.GetAllocatedBytesForCurrentThread() - before);
            TimeSpan spent = Process.GetCurrentProcess().TotalProcessorTime - begun;
            slowest = spent > slowest ? spent : slowest;
            Assert.True(spent < Patience, $"mutant {i} took {spent} of the processor");
            Assert.True(largest < 1L << 30, $"mutant {i} allocated {largest >> 20} MB");
        }
        output.WriteLine($"{Count} mutants: {refused} refused, {ran} ran; slowest {slowest.TotalMilliseconds:0} ms; largest managed allocation {largest >> 20} MB; process peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
        Assert.True(refused > Count / 4, "the mutations hardly damage anything");
    }

    private static void Run(byte[] model)
    {
        CnnGraph graph = GraphReader.Read(new MemoryStream(model), "mutant", (32, 32));
        TraceRequest request = TraceRequest.For(graph, graph.Levels, switches: true);
        using var runtime = new RuntimeForward(graph, request, new() { Provider = ExecutionProvider.Cpu });
        runtime.Run(new float[graph.Input.Shape.Count], 1, null, default);
        if (ForwardPlan.TryMake(graph, request) is not { } plan) return;
        using var kernels = new KernelForward(plan, threads: 1);
        kernels.Run(new float[graph.Input.Shape.Count], 1, null, default);
    }

    private static IEnumerable<byte[]> OwnModels()
    {
        foreach (string path in FixtureFiles.Find("reconstruct", "*.onnx")) yield return File.ReadAllBytes(path);
        foreach (string path in FixtureFiles.Find("mlnet", "*_a.json")) yield return FixtureFiles.Read(path).GetProperty("onnx_base64").GetBytesFromBase64();
        foreach (ModelBuilder model in OperatorReadingTests.AllModels()) yield return model.Bytes;
    }
}
