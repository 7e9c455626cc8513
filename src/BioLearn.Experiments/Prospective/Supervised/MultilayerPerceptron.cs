using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Supervised;

/// <summary>The networks of the publication: fully connected, hidden layers all of a width, no biases, linear outputs with a squared error.</summary>
internal static class MultilayerPerceptron
{
    /// <param name="inputs">Features.</param>
    /// <param name="depth">Matrices of weights, L; the hidden layers are one fewer.</param>
    /// <param name="width">Units of a hidden layer.</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="activation">Of the hidden layers.</param>
    public static NetworkSpec Of(int inputs, int depth, int width, int outputs, Activation activation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return new NetworkSpec(
            new TensorShape(inputs),
            [.. Enumerable.Repeat(new Dense(width, activation) { Bias = false }, depth - 1), new Dense(outputs, Activation.Linear) { Bias = false }],
            OutputHead.LinearSquaredError);
    }
}
