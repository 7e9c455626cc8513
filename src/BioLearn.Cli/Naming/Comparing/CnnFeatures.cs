using BioLearn.Cli.Naming.Pictures;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>What a pretrained network finds in pictures: activations of its last hidden layer; of a network without its last layer its output.</summary>
internal static class CnnFeatures
{
    private const int Together = 16;

    /// <summary>Activations by place of the picture; empty where it was not asked for.</summary>
    public static float[][] Of(PictureSet set, CnnModel model, IEnumerable<int> places, Action step, CancellationToken cancellation)
    {
        var level = model.Levels[model.HasFeatures ? 0 : 1];
        var preprocessing = model.Card.Preprocessing;
        float[][] activations = [.. set.Pictures.Select(_ => Array.Empty<float>())];
        float[] input = new float[Together * preprocessing.InputLength];
        foreach (int[] some in places.Chunk(Together))
        {
            for (int i = 0; i < some.Length; i++)
                preprocessing.Normalize(preprocessing.ResizeAndCrop(Features.Coloured(set.Pictures[some[i]].Picture)), input.AsSpan(i * preprocessing.InputLength, preprocessing.InputLength));
            var trace = model.Forward(input.AsMemory(0, some.Length * preprocessing.InputLength), some.Length, [level.Name], switches: false, cancellation);
            for (int i = 0; i < some.Length; i++)
            {
                activations[some[i]] = trace.Activation(level, i).ToArray();
                step();
            }
        }
        return activations;
    }
}
