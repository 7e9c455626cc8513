using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
float[] owlFeatures = [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0];
IDataView examples = ml.Data.LoadFromEnumerable(new Animal[] { new() { Name = "cat", Active = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0] }, new() { Name = "dog", Active = [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0] } });
// block 2
Made.Check(more.Model.GetWeights(0).SequenceEqual(cells.Model.GetWeights(0)), "other cells stay as they are");

internal sealed class Animal
{
    public string Name { get; set; } = "";

    [VectorType(12)]
    public float[] Active { get; set; } = [];
}
