using BioLearn.Experiments.Exports;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments.Tests.Exports;

public sealed class TrialTensorsTests
{
    [Fact]
    public void Trace_has_a_vector_a_metric()
    {
        NamedTensors trace = TrialTensors.Of([new TrialRow(1, [new("loss", .5)]), new TrialRow(3, [new("loss", .25), new("error", 1)])]);
        Assert.Equal(["iteration", "loss", "error"], trace.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1L, 3], trace["iteration"].Values<long>().ToArray());
        Assert.Equal([.5, .25], trace["loss"].Values<double>().ToArray());
        Assert.Equal([double.NaN, 1], trace["error"].Values<double>().ToArray());
    }
}
