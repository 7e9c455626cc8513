namespace BioLearn.Onnx.Images;

/// <summary>A file is no picture, or a damaged, truncated or too large one. The message names the file and says which.</summary>
public sealed class InvalidImageException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="imageName">The file, or what the caller calls the picture.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="innerException">What the decoder said, if anything.</param>
    public InvalidImageException(string imageName, string problem, Exception? innerException = null)
        : base($"{imageName}: {problem}", innerException)
    {
        ImageName = imageName;
        Problem = problem;
    }

    /// <summary>The file, or what the caller calls the picture.</summary>
    public string ImageName { get; }

    /// <summary>What is wrong, without the file name.</summary>
    public string Problem { get; }
}
