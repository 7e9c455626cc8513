using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Tests.Graph;

public class StepSegmentTests
{
    [Fact]
    public void BatchedStepsStandAlone()
    {
        IEnumerable<StepSegment> expected = [new(0, 2, false), new(2, 1, true), new(3, 1, true), new(4, 1, false)];
        Assert.Equal(expected, StepSegment.Divide([false, false, true, true, false]));
    }

    [Fact]
    public void ManyWeightsForFewValuesPassTogether()
    {
        Assert.True(StepSegment.Pays(320 * 320 * 9, new TensorShape(320, 7, 7), new TensorShape(320, 7, 7)));
        Assert.False(StepSegment.Pays(40 * 40 * 9, new TensorShape(40, 56, 56), new TensorShape(40, 56, 56)));
    }

    [Fact]
    public void ValuesShareAPlaceOnlyIfNeverAliveTogether()
    {
        (int First, int Last, int Length)[] values = [(0, 1, 20), (0, 3, 5), (1, 2, 16), (2, 4, 30), (4, 5, 40), (5, 6, 1)];
        (int[] offsets, int length) = StepSegment.Arrange(values);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(offsets[i] + values[i].Length <= length);
            for (int j = 0; j < i; j++)
            {
                bool together = values[i].First <= values[j].Last && values[j].First <= values[i].Last;
                bool overlap = offsets[i] < offsets[j] + values[j].Length && offsets[j] < offsets[i] + values[i].Length;
                Assert.False(together && overlap);
            }
        }
        Assert.True(length < values.Sum(value => (value.Length + 15) / 16 * 16));
    }
}
