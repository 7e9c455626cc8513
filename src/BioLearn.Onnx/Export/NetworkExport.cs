using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.Onnx.Export;
using Google.Protobuf;

namespace BioLearn.Onnx;

/// <summary>Writes networks that learning rules have taught as ONNX files.</summary>
public static class NetworkExport
{
    /// <summary>Name of the input: feature vectors, [N, features].</summary>
    public const string Input = "Features";

    /// <summary>Name of the output that the ML.NET column <c>Score</c> is: [N, classes] probabilities, [N, 1] logits or values.</summary>
    public const string Score = "Score";

    /// <summary>Name of the second output of a binary classifier, [N, 1].</summary>
    public const string Probability = "Probability";

    /// <summary>
    /// Writes the network as an ONNX file (operator set 18) that scores feature vectors as the model does. What stands before
    /// the trainer in a pipeline, such as a normalization, is not part of it. A network that predicts by settling (equilibrium propagation,
    /// contrastive Hebbian learning, recurrent backpropagation) is written as its relaxation, unrolled for the rule's number of steps.
    /// </summary>
    /// <param name="model">The trained network: <c>pipeline.LastTransformer.Model</c>.</param>
    /// <param name="path">The file; written beside, then renamed.</param>
    /// <exception cref="NotSupportedException">The rule predicts neither by a forward pass nor by a relaxation that can be unrolled (forward-forward, dendritic microcircuits; convolutions that settle), or the network is asked something beside its features (<c>InstructedNetwork</c>).</exception>
    /// <example><code>
    /// var trained = ml.MulticlassClassification.Trainers.FeedbackAlignment().Fit(data);
    /// trained.Model.SaveAsOnnx("network.onnx");
    /// </code></example>
    public static void SaveAsOnnx(this NetworkModelParameters model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = NetworkGraph.Of(model).ToByteArray();
        SafeFile.Write(path, file => file.Write(bytes));
    }
}
