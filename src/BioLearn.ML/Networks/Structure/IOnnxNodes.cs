namespace BioLearn.ML.Networks;

/// <summary>Takes the nodes by which layer kinds, activations and heads write themselves as ONNX (opset 17), one sample a row of the first axis.</summary>
public interface IOnnxNodes
{
    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">Name of the ONNX operator.</param>
    /// <param name="inputs">Names of the tensors that it reads.</param>
    /// <param name="attributes">Its attributes; a value is a long, a float, a string, or an array of long.</param>
    /// <returns>Name of the tensor that it gives.</returns>
    string Node(string operation, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes);

    /// <summary>Adds a constant tensor.</summary>
    /// <param name="name">Begins its name.</param>
    /// <param name="values">Its numbers, row by row.</param>
    /// <param name="shape">Its sizes; none for a single number.</param>
    /// <returns>Its name.</returns>
    string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape);

    /// <summary>Adds a vector of whole numbers, such as a shape.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>Its name.</returns>
    string Integers(params ReadOnlySpan<long> values);

    /// <summary>Adds a single number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Its name.</returns>
    string Number(float value) => Constant("c", [value]);
}
